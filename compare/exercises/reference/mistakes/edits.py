"""Mistakes as edits of the formulas: each puts other nodes in the places of some, as a slip of the pen does.

What the author wrote out as `@mistake` comes first; then, of the function and of those that it calls, a factor or the
sign of an output or of a term of it, the rules of `slips.py`, a penalty in another's derivative, a value before its
function, a name for another, and mistakes of loops; last the same slip in all of its places. An edit that cannot be
computed explains nothing.
"""

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

from compare.exercises.formulas.function import KNOWN, Function, Parameter, Reference, shown
from compare.exercises.formulas.shapes import output_names
from compare.exercises.reference.mistakes.loops import Found, of_loops
from compare.exercises.reference.mistakes.slips import RARER, name_of, names_in, put, replaced, set_in, slips

MOST_EDITS = 600
ACTIVATIONS = ("tanh", "sigmoid", "exp", "maximum")
WHOLE = ("wrong-sign", "factor-two-missing", "factor-two-too-many", "sum-not-mean", "divided-by-n", "outputs-exchanged")
SAME = (
    "turned",
    "transposed",
    "entries-counted",
    "rows-counted",
)  # kinds that may leave a formula the same, and are no mistake then
EVERYWHERE = ("other-base",)  # kinds that are one slip wherever they stand
SCALINGS = {"wrong-sign": "-a", "factor-two-missing": "a / 2", "factor-two-too-many": "a * 2",
            "sum-not-mean": "a * len(b)", "divided-by-n": "a / len(b)"}  # fmt: skip
OF_VALUES = {"factor-two-missing": "halved", "factor-two-too-many": "doubled"}  # where nothing is differentiated


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


class Place(NamedTuple):
    """A value in what a function returns: an output, a term of one, or a penalty that does not belong there.

    `put` says what to replace for another formula to stand there.
    """

    piece: str
    value: ast.expr
    put: Callable[[ast.expr], Mapping[ast.AST, Any]]
    kind: str = ""  # of the mistake that it stands there at all


def edits(reference: Reference, function: Function) -> tuple[Edit, ...]:
    """All mistakes of a function: the author's, those of its own formulas, those of the functions that it calls."""
    authors = reference.mistakes(function.name)
    found = [Edit(each.name.replace("_", "-"), "", function.name, each.name, {}) for each in authors]
    for each in (function, *called(reference, function)):
        found += [Edit(kind, piece, each.name, function.name, by) for kind, piece, by in _of(reference, each)]
    return (*found[:MOST_EDITS], *_everywhere(function, found))


def _everywhere(function: Function, found: Sequence[Edit]) -> Iterator[Edit]:
    """The same slip in all of its places at once."""
    alike: dict[tuple[str, ...], list[Edit]] = {}
    for edit in found:
        place = () if edit.kind in EVERYWHERE else (edit.piece, *map(shown, edit.replaced))
        alike.setdefault((edit.kind, *place), []).append(edit)
    for several in alike.values():
        if len(several) > 1:
            by = {node: other for edit in several for node, other in edit.replaced.items()}
            yield several[0]._replace(function=function.name, replaced=by)


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


def _of(reference: Reference, function: Function) -> Iterator[Found]:
    names = output_names(reference, function)
    yield from _exchanged(function, names)
    outputs, parts = list[Found](), list[Found]()
    for place in places(reference, function):
        (outputs if place.piece in names else parts).extend(_of_place(function, place))
    yield from outputs
    if any(each.loss == function.name for each in reference.own.values()):
        yield "root-taken", function.name, {function.body[-1]: ast.Return(put("sqrt(a)", a=function.result))}
    for node in walked(function.body):
        for kind, piece, other in (*slips(node), *_of_call(reference, function, node)):
            yield kind, piece, {node: other}
        yield from _of_name(function, node)
    yield from parts
    yield from _of_activations(reference, function)
    yield from _left_out(function)
    yield from of_loops(function)
    for node in walked(function.body):
        yield from ((kind, piece, {node: other}) for kind, piece, other in slips(node, RARER))
    yield from _factors_too_many(reference, function)
    yield from _arguments_exchanged(function)
    yield from _cut(reference, function, names)


def walked(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
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
        yield from walked(children)


def places(reference: Reference, function: Function) -> Iterator[Place]:
    """Each output, the terms of whatever has several, and the penalties that may stand where they do not belong."""
    parts = _parts(function.result)
    terms = [list(_terms(_spelt(function, part))) for part in parts]
    for at, (name, part) in enumerate(zip(output_names(reference, function), parts, strict=False)):
        recorded = _recorded(function, part)
        yield (
            Place(name, copy.copy(recorded), partial(_in_place_of, recorded))
            if recorded
            else Place(name, part, partial(_returning, function, at))
        )
    assigned = [value for each in walked(function.body) for _, value in _assigned(each)]
    several = [each for each in (*terms, *(list(_terms(value)) for value in assigned)) if len(each) > 1]
    for term in dict.fromkeys(term for each in several for term in each):
        yield Place(shown(term), copy.copy(term), partial(_in_place_of, term))
    yield from _penalties(reference, function, terms)


def _recorded(function: Function, part: ast.expr) -> ast.expr | None:
    """What is appended to an output that is a list."""
    for node in walked(function.body):
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), "append"), [value]) if isinstance(part, ast.Name):
                if name == part.id:
                    return value
    return None


def _parts(result: ast.expr) -> Sequence[ast.expr]:
    return result.elts if isinstance(result, ast.Tuple) else [result]


def _returning(function: Function, at: int, other: ast.expr) -> Mapping[ast.AST, Any]:
    parts = [*_parts(function.result)]
    parts[at] = other
    result = ast.Tuple(parts) if isinstance(function.result, ast.Tuple) else other
    return {function.body[-1]: ast.Return(result)}


def _in_place_of(node: ast.expr, other: ast.expr) -> Mapping[ast.AST, Any]:
    return {node: other}


def _added(function: Function, at: int, other: ast.expr) -> Mapping[ast.AST, Any]:
    return _returning(function, at, put("a + b", a=_parts(function.result)[at], b=other))


def _spelt(function: Function, part: ast.expr) -> ast.expr:
    """The formula of an output that is returned by its name."""
    if isinstance(part, ast.Name):
        for target, value in (pair for each in reversed(function.body) for pair in _assigned(each)):
            if shown(target) == part.id:
                return value
    return part


def _assigned(statement: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The names that a statement sets, each with its formula where it has one of its own."""
    if isinstance(statement, ast.Assign):
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            yield from zip(target.elts, value.elts, strict=False)
        else:
            yield target, value


def _terms(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            yield from _terms(left)
            yield from _terms(right)
        case ast.BinOp(ast.BinOp(op=ast.Add() | ast.Sub()) as left, ast.Mult() | ast.Div()):
            yield from _terms(left)
        case _:
            yield node


def _penalties(reference: Reference, function: Function, terms: Sequence[Sequence[ast.expr]]) -> Iterator[Place]:
    """A term in which only one of those stands by which is differentiated, and no data: for each of the others."""
    gradient = next((each for each in reference.own.values() if each.loss == function.name), function)
    data = {each.name for each in function.parameters if each.shape} - set(gradient.by) | set_in(function.body)
    for at, term in ((at, term) for at, several in enumerate(terms) for term in several):
        names = names_in(term)
        own = names & set(gradient.by)
        for i, other in enumerate(gradient.by):
            if len(own) != 1 or names & data or other in own or (function.loss and function.by[at] not in own):
                continue
            value = replaced(term, {name: name_of(other) for name in own})
            place = partial(_added, function, i if function.loss else at)
            yield Place(f"{shown(term)}, {other}", value, place, "penalty-too-many")


def _of_place(function: Function, place: Place) -> Iterator[Found]:
    """A penalty, or a value with another sign, a factor 2 or n too few or too many."""
    count = next((each.name for each in function.parameters if each.shape), None)
    if place.kind:
        yield place.kind, place.piece, place.put(place.value)
        return
    for kind, text in SCALINGS.items():
        told = kind if function.loss else OF_VALUES.get(kind, kind)
        if count or "b" not in text:
            yield told, place.piece, place.put(put(text, a=place.value, b=name_of(count or "")))


def _exchanged(function: Function, names: Sequence[str]) -> Iterator[Found]:
    """Two outputs in each other's places, or one with its rows as columns."""
    parts = _parts(function.result)
    for i, j in combinations(range(len(parts)), 2):
        order = [*parts]
        order[i], order[j] = parts[j], parts[i]
        yield "outputs-exchanged", f"{names[i]}, {names[j]}", {function.body[-1]: ast.Return(ast.Tuple(order))}
    for at, (name, part) in enumerate(zip(names, parts, strict=False)):
        yield "transposed", name, _returning(function, at, put("a.T", a=part))


def _factors_too_many(reference: Reference, function: Function) -> Iterator[Found]:
    """A number among the parameters as a factor of an output or of a term."""
    numbers = [each.name for each in function.parameters if not each.shape and each.kind != "whole"]
    for place in places(reference, function):
        for name in numbers if not place.kind else ():
            piece = f"({place.piece})" if " " in place.piece else place.piece
            yield "extra-factor", f"{name} * {piece}", place.put(put("a * b", a=name_of(name), b=place.value))


def _arguments_exchanged(function: Function) -> Iterator[Found]:
    """Two parameters of one shape taken for each other from the first line on."""
    for one, other in combinations(function.parameters, 2):
        if (one.shape, one.kind) == (other.shape, other.kind):
            both = ast.Assign([_tuple(ast.Store(), one, other)], _tuple(ast.Load(), other, one))
            yield "arguments-exchanged", f"{one.name}, {other.name}", begun(function, both)


def _tuple(ctx: ast.expr_context, *parameters: Parameter) -> ast.Tuple:
    return ast.Tuple([ast.Name(each.name, ctx) for each in parameters], ctx)


def begun(function: Function, *first: ast.stmt) -> Mapping[ast.AST, Any]:
    """The function with statements before its first."""
    return {function.node: [*(ast.copy_location(each, function.body[0]) for each in first), *function.body]}


def _cut(reference: Reference, function: Function, names: Sequence[str]) -> Iterator[Found]:
    """Each output, and all of them, cut to whole numbers, as an array of integers does."""
    found = [place for place in places(reference, function) if place.piece in names]
    cut = [place.put(put("cut(a)", a=place.value)) for place in found]
    for place, by in zip(found, cut, strict=True):
        yield "cut-to-whole", place.piece, by
    if len(cut) > 1 and not any(set(one) & set(other) for one, other in combinations(cut, 2)):
        yield "cut-to-whole", ", ".join(names), {node: other for by in cut for node, other in by.items()}
    elif len(cut) > 1:
        parts = [put("cut(a)", a=part) for part in _parts(function.result)]
        yield "cut-to-whole", ", ".join(names), {function.body[-1]: ast.Return(ast.Tuple(parts))}


def _of_call(reference: Reference, function: Function, node: ast.AST) -> Iterator[tuple[str, str, ast.expr]]:
    """Of a function above: left out, or two neighbouring arguments exchanged. Of len: another array's."""
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    if not isinstance(node, ast.Call) or (name in KNOWN and name != "len"):
        return
    first, shapes = node.args[0], {each.name: each.shape for each in function.parameters}
    if name == "len" and isinstance(first, ast.Name) and (own := shapes.get(first.id)):
        others = [name_of(each) for each, shape in shapes.items() if shape and shape[0] != own[0]]
        for other in [put("a.T", a=first)] * (len(own) == 2) + others:
            yield "other-size", f"{shown(node)} → len({shown(other)})", put("len(a)", a=other)
    elif name in reference.own:
        yield "missing-function", shown(node), first
        for at in range(len(node.args) - 1):
            order = [*node.args[:at], node.args[at + 1], node.args[at], *node.args[at + 2 :]]
            yield "exchanged", shown(node), ast.Call(node.func, order, [])


def _of_name(function: Function, node: ast.AST) -> Iterator[Found]:
    """A parameter taken for another of its shape, or a result for another of the same call; w² for w."""
    if not isinstance(node, ast.Name):
        return
    shapes = {each.name: each.shape for each in function.parameters}
    own = shapes.get(node.id)
    alike = [name for name, shape in shapes.items() if own is not None and (shape == own or not shape)]
    for statement in (each for outer in function.body for each in ast.walk(outer) if isinstance(each, ast.Assign)):
        if isinstance(statement.targets[0], ast.Tuple) and node.id in (names := set_in([statement])):
            alike += sorted(names)
    for other in alike:
        if other != node.id:
            yield "other-name", f"{node.id} → {other}", {node: name_of(other)}
    if node.id in shapes:
        yield "power-too-high", node.id, {node: put("a ** 2", a=name_of(node.id))}
        if len(shapes[node.id]) > 1:
            yield "transposed", node.id, {node: put("a.T", a=name_of(node.id))}


def _left_out(function: Function) -> Iterator[Found]:
    """A parameter left out wherever it is a factor, and a parameter taken for what is computed from it alone."""
    nodes = list(walked(function.body))
    for each in function.parameters:
        if each.name in set_in(function.body):  # what is left out of a result, too, leaves nothing
            continue
        uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == each.name]
        if each.name not in function.by and len(uses) > 1:
            yield "missing-factor", each.name, dict.fromkeys(uses, put("zeros_like(a) + 1", a=name_of(each.name)))
    names = {each.name for each in function.parameters}
    for node in nodes:
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Name):
            used = names_in(node.value)
            if len(used) == 1 and used <= names:
                yield "not-computed", shown(node.value), {node.value: name_of(*used)}


def _of_activations(reference: Reference, function: Function) -> Iterator[Found]:
    """What went into a function, in the place of what came out: tanh'(z) as 1 - z**2."""
    for at, statement in enumerate(function.body):
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name, value = statement.targets[0].id, inlined(reference, statement.value)
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name) or value.func.id not in ACTIVATIONS:
            continue
        for node in walked(function.body[at + 1 :]):
            if isinstance(node, ast.Assign) or (isinstance(node, ast.BinOp) and names_in(node) == {name}):
                uses = [each for each in walked([node]) if isinstance(each, ast.Name) and each.id == name]
                if uses:
                    yield "before-function", shown(getattr(node, "value", node)), dict.fromkeys(uses, value.args[0])


def inlined(reference: Reference, value: ast.expr) -> ast.expr:
    """The formula behind a call of a function above, where that is a few assignments and a return."""
    name = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
    if not isinstance(value, ast.Call) or name not in reference.own:
        return value
    callee = reference.own[name]
    by = dict(zip((each.name for each in callee.parameters), value.args, strict=False))
    for statement in callee.body[:-1]:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return value
        by[statement.targets[0].id] = replaced(statement.value, by)
    return inlined(reference, replaced(callee.result, by))
