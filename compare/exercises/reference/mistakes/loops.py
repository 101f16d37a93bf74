"""Mistakes of loops: a step too many, a gradient never computed anew, two updates in turn, records put together."""

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from compare.exercises.formulas.function import Function, shown
from compare.exercises.reference.mistakes.slips import formula, name_of, names_in, put, set_in

Found = tuple[str, str, Mapping[ast.AST, Any]]


def of_loops(function: Function) -> Iterator[Found]:
    """Mistakes of a loop, and of what is updated in it or outside."""
    for at, loop in enumerate(function.body):
        if isinstance(loop, ast.For):
            assert isinstance(loop.iter, ast.Call)
            end = loop.iter.args[-1]
            for kind, formula in (("step-too-few", "a - 1"), ("step-too-many", "a + 1")):
                yield kind, shown(loop.iter), {end: put(formula, a=copy.copy(end))}
            yield from _of_loop(function, at, loop)
    yield from _of_sequence(function.node, function.body)


def _of_loop(function: Function, at: int, loop: ast.For) -> Iterator[Found]:
    before, after = function.body[:at], function.body[at + 1 :]
    for i, statement in enumerate(loop.body):
        others = [*loop.body[:i], *loop.body[i + 1 :]]
        if isinstance(statement, ast.Expr):  # losses.append(…)
            yield from _of_record(function, before, loop, i, after)
            once = ast.copy_location(ast.For(loop.target, formula("range(1)"), others, []), loop)
            if i:
                yield "recorded-early", shown(statement), {loop: [statement, *others]}
            yield "recorded-late", shown(statement), {loop: [*others, *_computed(loop.body[:i]), statement]}
            yield "step-before", "", {function.node: [*before, once, loop, *after]}
        elif isinstance(statement, ast.Assign) and not _is_state(statement):
            stale = [*before, *_computed(loop.body[: i + 1]), _looping(loop, others), *after]
            yield "never-anew", shown(statement), {function.node: stale}
            summed, zeros = _added_up(loop, i, statement)
            yield "added-up", shown(statement), {function.node: [*before, *zeros, summed, *after]}
        elif isinstance(statement, ast.Assign) and len(loop.body) > 1:
            yield "never-updated", shown(statement.targets[0]), {loop: others}
    for i, (one, other) in enumerate(pairwise(loop.body)):
        if isinstance(one, ast.Assign) and isinstance(other, ast.Assign) and _uses(other, [one]):
            swapped = [*loop.body[:i], other, one, *loop.body[i + 2 :]]
            yield "too-early", shown(other), {loop: swapped}
    yield from _of_sequence(loop, loop.body)


def _of_record(
    function: Function, before: Sequence[ast.stmt], loop: ast.For, at: int, after: Sequence[ast.stmt]
) -> Iterator[Found]:
    """The records added up, or their mean so far; in the other order; the last of them never put in; no update."""
    statement = loop.body[at]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert isinstance(statement.value.func, ast.Attribute)
    assert isinstance(loop.iter, ast.Call)
    (value,), items, step = statement.value.args, shown(statement.value.func.value), copy.copy(loop.target)
    total, zero = name_of("total before"), _assigned("total before", ast.Constant(0))
    for kind, record in (("added-up", "a"), ("running-mean", "a / (b + 1)")):
        summed = _assigned(total.id, ast.BinOp(total, ast.Add(), copy.copy(value)))
        recorded = _recording(statement, put(record, a=total, b=step))
        looping = _looping(loop, [*loop.body[:at], summed, recorded, *loop.body[at + 1 :]])
        yield kind, shown(statement), {function.node: [*before, zero, looping, *after]}
    if isinstance(after[-1], ast.Return) and shown(after[-1]) == f"return {items}":
        yield "reversed", items, {after[-1]: ast.Return(formula(f"{items}[::-1]"))}
    all_but_last = put("a * (b < c - 1)", a=copy.copy(value), b=step, c=loop.iter.args[-1])
    yield "last-left-out", shown(statement), {value: all_but_last}
    if len([each for each in loop.body if isinstance(each, ast.Assign) and _is_state(each)]) > 1:
        still = [each for each in loop.body if not (isinstance(each, ast.Assign) and _is_state(each))]
        names = ", ".join(sorted(set_in(loop.body) - set_in(still)))
        yield "never-updated", names, {loop: still}


def _recording(statement: ast.Expr, value: ast.expr) -> ast.stmt:
    assert isinstance(statement.value, ast.Call)
    return ast.copy_location(ast.Expr(ast.Call(statement.value.func, [value], [])), statement)


def _computed(body: Sequence[ast.stmt]) -> list[ast.Assign]:
    """What is computed anew in each step from the state, and is none itself."""
    return [each for each in body if isinstance(each, ast.Assign) and not _is_state(each)]


def _is_state(statement: ast.Assign) -> bool:
    """Does it compute something from its own value before?"""
    return bool(names_in(statement.targets[0]) & names_in(statement.value))


def _looping(loop: ast.For, body: list[ast.stmt]) -> ast.For:
    return ast.copy_location(ast.For(loop.target, loop.iter, body, []), loop)


def _added_up(loop: ast.For, at: int, statement: ast.Assign) -> tuple[ast.For, list[ast.stmt]]:
    """The loop in which each result of a statement is added to those of the steps before; what is 0 before it."""
    names = sorted(names_in(statement.targets[0]))
    zeros: list[ast.stmt] = [_assigned(f"{name} before", ast.Constant(0)) for name in names]
    sums = [_assigned(name, ast.BinOp(name_of(f"{name} before"), ast.Add(), name_of(name))) for name in names]
    keeps = [_assigned(f"{name} before", name_of(name)) for name in names]
    return _looping(loop, [*loop.body[: at + 1], *sums, *keeps, *loop.body[at + 1 :]]), zeros


def _of_sequence(owner: ast.AST, body: Sequence[ast.stmt]) -> Iterator[Found]:
    """What is computed from old values, computed from new ones: two updates in turn, or anew between them."""
    for i, statement in enumerate(body):
        if not isinstance(statement, ast.Assign):
            continue
        turns = _in_turn(statement)
        if any(_uses(turn, turns[:j]) for j, turn in enumerate(turns)):
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


def _uses(statement: ast.stmt, others: Sequence[ast.stmt]) -> bool:
    """Does a statement read what one of the others sets?"""
    read = statement.value if isinstance(statement, (ast.Assign, ast.Return)) else statement
    return bool(read and set_in(others) & names_in(read))


def _assigned(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([name_of(name)], value)
