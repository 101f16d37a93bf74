"""Mistakes as edits of the formulas: each puts other nodes in the places of some, as a slip of the pen does.

In a formula: a factor, a term or a function left out, a sign turned, a power one off, a sum for a mean, n - 1 for n,
two arguments exchanged. Of a whole output: a factor 2 or n too many or too few, the sign. In a loop: a gradient that is
never computed anew, adds up, or is taken after the first update; a loss recorded after the update; a step too many.
What the author wrote out as `@mistake` comes before all of these. An edit that cannot be computed explains nothing.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from compare.exercises.reference.shapes import output_names
from compare.exercises.reference.text import Function, Reference, shown

MOST_EDITS = 400
SWALLOWED = ("tanh", "sigmoid", "exp", "log", "sqrt", "abs")  # functions that may be forgotten


WHOLE = ("wrong-sign", "factor-two-missing", "factor-two-too-many", "sum-not-mean", "divided-by-n", "outputs-exchanged")


class Edit(NamedTuple):
    """One mistake: its kind, the piece of the formulas that it is about, in which function, and what is replaced.

    `runs` is the function that is run in the place of the asked one: itself, or an author's mistake.
    """

    kind: str
    piece: str
    function: str
    runs: str
    replaced: Mapping[ast.AST, Any]

    @property
    def name(self) -> str:
        """What it is told by: an author's name, or the kind with its piece."""
        return f"{self.kind}({self.piece})" if self.piece else self.kind


def edits(reference: Reference, function: Function) -> tuple[Edit, ...]:
    """All mistakes of a function: the author's, those of its own formulas, those of the functions that it calls."""
    found = [*_authored(reference, function)]
    for each in (function, *called(reference, function)):
        for kind, piece, replaced in _of(each, output_names(reference, each)):
            found.append(Edit(kind, piece, each.name, function.name, replaced))
    return tuple(found[:MOST_EDITS])


def called(reference: Reference, function: Function) -> tuple[Function, ...]:
    """The functions that one calls, and those that they call, the nearest first."""
    found: dict[str, Function] = {}
    for node in (each for statement in function.body for each in ast.walk(statement)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in reference.functions and name not in found:
                found[name] = reference.functions[name]
    further = (each for one in tuple(found.values()) for each in called(reference, one))
    return tuple((found | {each.name: each for each in further}).values())


def _authored(reference: Reference, function: Function) -> Iterator[Edit]:
    for each in reference.mistakes(function.name):
        yield Edit(each.name.replace("_", "-"), "", function.name, each.name, {})


_Found = tuple[str, str, Mapping[ast.AST, Any]]


def _of(function: Function, names: Sequence[str]) -> Iterator[_Found]:
    yield from _of_outputs(function, names)
    for node in _walked(function.body):
        for kind, piece, other in _other(node):
            yield kind, piece, {node: other}
    yield from _of_penalty(function)
    yield from _of_order(function)


def _walked(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes from the outermost in, but for what is assigned to, how often a loop runs, indices and axes."""
    for node in nodes:
        if isinstance(getattr(node, "ctx", None), ast.Store) or isinstance(node, ast.keyword):
            continue
        yield node
        children = ast.iter_child_nodes(node)
        if isinstance(node, ast.For):
            children = iter(node.body)
        elif isinstance(node, ast.Subscript):
            children = iter([node.value])
        yield from _walked(children)


def _other(node: ast.AST) -> Iterator[tuple[str, str, ast.expr]]:
    """The mistakes that replace one node."""
    if isinstance(node, ast.BinOp):
        yield from _BINARY.get(type(node.op), _none)(node)
    elif isinstance(node, ast.UnaryOp):
        yield "wrong-sign", shown(node), node.operand
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _other_call(node, node.func.id)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "not-transposed", shown(node), node.value


def _none(_: ast.BinOp) -> Iterator[tuple[str, str, ast.expr]]:
    return iter(())


def _product(node: ast.BinOp) -> Iterator[tuple[str, str, ast.expr]]:
    yield "missing-factor", shown(node.left), node.right
    yield "missing-factor", shown(node.right), node.left


def _quotient(node: ast.BinOp) -> Iterator[tuple[str, str, ast.expr]]:
    yield "not-divided", shown(node.right), node.left
    yield "missing-factor", shown(node.left), _binary(ast.Constant(1), ast.Div(), node.right)
    if isinstance(node.right, ast.Constant):
        yield "multiplied", shown(node.right), _binary(node.left, ast.Mult(), node.right)


def _sum(node: ast.BinOp) -> Iterator[tuple[str, str, ast.expr]]:
    yield "missing-term", shown(node.right), node.left
    yield "missing-term", shown(node.left), node.right
    yield "wrong-sign", shown(node.right), _binary(node.left, ast.Sub(), node.right)


def _difference(node: ast.BinOp) -> Iterator[tuple[str, str, ast.expr]]:
    yield "missing-term", shown(node.right), node.left
    yield "missing-term", shown(node.left), ast.UnaryOp(ast.USub(), node.right)
    yield "wrong-sign", shown(node.right), _binary(node.left, ast.Add(), node.right)
    yield "turned", shown(node), _binary(node.right, ast.Sub(), node.left)


def _power(node: ast.BinOp) -> Iterator[tuple[str, str, ast.expr]]:
    exponent = node.right
    if isinstance(exponent, ast.Constant) and isinstance(exponent.value, int):
        less = node.left if exponent.value == 2 else _binary(node.left, ast.Pow(), ast.Constant(exponent.value - 1))
        yield "power-too-low", shown(node), less
        yield "power-too-high", shown(node), _binary(node.left, ast.Pow(), ast.Constant(exponent.value + 1))
        if exponent.value == 2:
            yield "absolute-value", shown(node), _call("abs", node.left)


def _matrix_product(node: ast.BinOp) -> Iterator[tuple[str, str, ast.expr]]:
    yield "missing-factor", shown(node.left), _call("sum", node.right)
    yield "missing-factor", shown(node.left), node.right
    yield "missing-factor", shown(node.right), node.left


_BINARY = {
    ast.Mult: _product,
    ast.Div: _quotient,
    ast.Add: _sum,
    ast.Sub: _difference,
    ast.Pow: _power,
    ast.MatMult: _matrix_product,
}


def _other_call(node: ast.Call, name: str) -> Iterator[tuple[str, str, ast.expr]]:
    text = shown(node)
    if name == "mean":
        yield "sum-not-mean", text, ast.Call(_name("sum"), node.args, node.keywords)
        if not node.keywords:
            less = _binary(_call("len", node.args[0]), ast.Sub(), ast.Constant(1))
            yield "less-one", text, _binary(_call("sum", node.args[0]), ast.Div(), less)
    if name == "sum":
        yield "mean-not-sum", text, ast.Call(_name("mean"), node.args, node.keywords)
    if name in ("mean", "sum"):
        yield "not-summed", text, node.args[0]
        yield from _other_axis(node, text)
    if name == "len":
        yield "less-one", text, _binary(node, ast.Sub(), ast.Constant(1), fresh=True)
    if name in SWALLOWED:
        yield "missing-function", text, node.args[0]
    for at in range(len(node.args) - 1):
        if name in ("len", "sum", "mean", "maximum", "range"):
            break
        order = [*node.args[:at], node.args[at + 1], node.args[at], *node.args[at + 2 :]]
        yield "exchanged", text, ast.Call(node.func, order, [])


def _other_axis(node: ast.Call, text: str) -> Iterator[tuple[str, str, ast.expr]]:
    others = [each for each in node.keywords if each.arg != "axis"]
    for each in node.keywords:
        if each.arg == "axis":
            yield "axis-left-out", text, ast.Call(node.func, node.args, others)
            if isinstance(each.value, ast.Constant) and each.value.value in (0, 1):
                other = ast.keyword("axis", ast.Constant(1 - each.value.value))
                yield "other-axis", text, ast.Call(node.func, node.args, [other, *others])


def _of_outputs(function: Function, names: Sequence[str]) -> Iterator[_Found]:
    """Mistakes of what is returned: each output alone, or two of them exchanged."""
    last, result = function.body[-1], function.result
    parts = result.elts if isinstance(result, ast.Tuple) else [result]
    if isinstance(result, ast.Tuple):
        for i in range(len(parts)):
            for j in range(i + 1, len(parts)):
                order = list(parts)
                order[i], order[j] = parts[j], parts[i]
                yield "outputs-exchanged", f"{names[i]}, {names[j]}", {last: ast.Return(ast.Tuple(order))}
    for at, part in enumerate(parts):
        for kind, other in _scaled(function, part):
            new: ast.expr = ast.Tuple([*parts[:at], other, *parts[at + 1 :]]) if len(parts) > 1 else other
            yield kind, names[at], {last: ast.Return(new)}


def _scaled(function: Function, part: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    yield "wrong-sign", ast.UnaryOp(ast.USub(), part)
    yield "factor-two-missing", _binary(part, ast.Div(), ast.Constant(2))
    yield "factor-two-too-many", _binary(part, ast.Mult(), ast.Constant(2))
    if count := _count(function):
        yield "sum-not-mean", _binary(part, ast.Mult(), count)
        yield "divided-by-n", _binary(part, ast.Div(), count)


def _count(function: Function) -> ast.expr | None:
    """How many samples there are: the length of the first array."""
    first = next((each.name for each in function.parameters if each.shape), None)
    return _call("len", _name(first)) if first else None


def _of_penalty(function: Function) -> Iterator[_Found]:
    """A term of one derivative that holds its own parameter, in another's as well: a regularized bias."""
    result = function.result
    if not function.loss or not isinstance(result, ast.Tuple):
        return
    last, parts = function.body[-1], result.elts
    full = [_spelt(function, part) for part in parts]
    for at, name in enumerate(function.by[: len(parts)]):
        for term in _terms(full[at]):
            if name not in _names_in(term) or _names_in(term) & set(_arrays(function)) - {name}:
                continue
            for other in range(len(parts)):
                if other != at:
                    added = _binary(parts[other], ast.Add(), _renamed(term, name, function.by[other]))
                    new = ast.Tuple([*parts[:other], added, *parts[other + 1 :]])
                    yield "penalty-too-many", f"{shown(term)}, {function.by[other]}", {last: ast.Return(new)}


def _spelt(function: Function, part: ast.expr) -> ast.expr:
    """The formula of an output that is returned by its name."""
    if isinstance(part, ast.Name):
        for statement in reversed(function.body):
            if isinstance(statement, ast.Assign) and shown(statement.targets[0]) == part.id:
                return statement.value
    return part


def _terms(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield from _terms(node.left)
        yield from _terms(node.right)
    else:
        yield node


def _names_in(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _arrays(function: Function) -> Iterator[str]:
    """Names that hold more than a setting: arrays that are parameters, and whatever the function computes."""
    yield from (each.name for each in function.parameters if each.shape and each.name not in function.by)
    for statement in function.body:
        if isinstance(statement, ast.Assign):
            yield from _names_in(statement.targets[0])


def _renamed(node: ast.AST, old: str, new: str) -> Any:
    if isinstance(node, ast.Name):
        return _name(new if node.id == old else node.id)
    if not isinstance(node, ast.expr):
        return node
    fields: dict[str, Any] = {}
    for field, value in ast.iter_fields(node):
        fields[field] = [_renamed(each, old, new) for each in value] if isinstance(value, list) else value
        if isinstance(value, ast.expr):
            fields[field] = _renamed(value, old, new)
    return type(node)(**fields)


def _of_order(function: Function) -> Iterator[_Found]:
    """Mistakes of a loop."""
    for statement in function.body:
        if isinstance(statement, ast.For):
            yield from _of_count(statement)
            yield from _of_loop(function, statement)
    yield from _of_sequence(function.node, function.body)


def _of_count(loop: ast.For) -> Iterator[_Found]:
    assert isinstance(loop.iter, ast.Call)
    end = loop.iter.args[-1]
    for kind, operator in (("step-too-few", ast.Sub()), ("step-too-many", ast.Add())):
        yield kind, shown(loop.iter), {end: _binary(end, operator, ast.Constant(1), fresh=True)}


def _of_loop(function: Function, loop: ast.For) -> Iterator[_Found]:
    body, whole = list(loop.body), list(function.body)
    at = whole.index(loop)
    for i, statement in enumerate(body):
        others = [*body[:i], *body[i + 1 :]]
        if isinstance(statement, ast.Expr):  # losses.append(…)
            yield "recorded-late", shown(statement), {loop: [*others, *_computed(body[:i]), statement]}
            yield "step-before", "", {function.node: [*whole[:at], _first(loop, others), *whole[at:]]}
        elif isinstance(statement, ast.Assign) and not _is_state(statement):
            before = _computed(body[: i + 1])
            stale = [*whole[:at], *before, _loop_with(loop, others), *whole[at + 1 :]]
            yield "never-anew", shown(statement), {function.node: stale}
            yield from _added_up(function, loop, i)
        elif isinstance(statement, ast.Assign) and len(body) > 1:
            yield "never-updated", shown(statement.targets[0]), {loop: others}
    yield from _of_sequence(loop, body)


def _computed(body: Sequence[ast.stmt]) -> list[ast.Assign]:
    """What is computed anew in each step from the state, and is none itself."""
    return [each for each in body if isinstance(each, ast.Assign) and not _is_state(each)]


def _is_state(statement: ast.Assign) -> bool:
    """Does it compute something from its own value before?"""
    return bool(_names_in(statement.targets[0]) & _names_in(statement.value))


def _first(loop: ast.For, body: list[ast.stmt]) -> ast.For:
    """The loop's step once, without its record."""
    once = ast.Call(_name("range"), [ast.Constant(1)], [])
    return ast.copy_location(ast.For(loop.target, once, body, []), loop)


def _loop_with(loop: ast.For, body: list[ast.stmt]) -> ast.For:
    return ast.copy_location(ast.For(loop.target, loop.iter, body, []), loop)


def _added_up(function: Function, loop: ast.For, at: int) -> Iterator[_Found]:
    """Each result of a call, added to those of the steps before."""
    body, whole = list(loop.body), list(function.body)
    statement = body[at]
    assert isinstance(statement, ast.Assign)
    target = statement.targets[0]
    names = [
        each.id for each in (target.elts if isinstance(target, ast.Tuple) else [target]) if isinstance(each, ast.Name)
    ]
    if set(names) & _names_in(statement.value):
        return
    zeros = [_assigned(f"{name} before", ast.Constant(0)) for name in names]
    sums = [_assigned(name, _binary(_name(f"{name} before"), ast.Add(), _name(name))) for name in names]
    keeps = [_assigned(f"{name} before", _name(name)) for name in names]
    new = _loop_with(loop, [*body[: at + 1], *sums, *keeps, *body[at + 1 :]])
    place = whole.index(loop)
    yield "added-up", shown(statement), {function.node: [*whole[:place], *zeros, new, *whole[place + 1 :]]}


def _of_sequence(owner: ast.AST, body: Sequence[ast.stmt]) -> Iterator[_Found]:
    """What is computed from old values, computed from new ones: two updates in turn, or anew between them."""
    for i, statement in enumerate(body):
        if not isinstance(statement, ast.Assign):
            continue
        turns = _in_turn(statement)
        if len(turns) > 1 and any(_uses(turns[j], turns[:j]) for j in range(1, len(turns))):
            yield "in-turn", shown(statement), {owner: [*body[:i], *turns, *body[i + 1 :]]}
        anew = [each for each in _computed(body[:i]) if _is_state(statement)]
        rest = [*turns[1:], *body[i + 1 :]]
        if any(_uses(each, turns[:1]) for each in anew) and any(_uses(each, anew) for each in rest):
            yield "after-update", shown(anew[-1]), {owner: [*body[:i], turns[0], *anew, *rest]}


def _in_turn(statement: ast.Assign) -> list[ast.Assign]:
    """An assignment of several values as one assignment each."""
    target = statement.targets[0]
    if not isinstance(target, ast.Tuple) or not isinstance(statement.value, ast.Tuple):
        return [statement]
    pairs = zip(target.elts, statement.value.elts, strict=False)
    return [ast.copy_location(ast.Assign([name], value), statement) for name, value in pairs]


def _uses(statement: ast.stmt, others: Sequence[ast.Assign]) -> bool:
    """Does a statement read what one of the others sets?"""
    written = {name for each in others for name in _names_in(each.targets[0])}
    read = statement.value if isinstance(statement, (ast.Assign, ast.Return)) else statement
    return bool(written & _names_in(read)) if read else False


def _assigned(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([_name(name)], value)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _call(name: str, *given: ast.expr) -> ast.Call:
    return ast.Call(_name(name), list(given), [])


def _binary(left: ast.expr, operator: ast.operator, right: ast.expr, fresh: bool = False) -> ast.BinOp:
    """`fresh` where the new node holds the one that it replaces, which must not be replaced in it once more."""
    return ast.BinOp(_copied(left) if fresh else left, operator, right)


def _copied(node: ast.expr) -> ast.expr:
    return type(node)(**dict(ast.iter_fields(node)))
