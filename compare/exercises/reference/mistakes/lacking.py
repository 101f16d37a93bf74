"""What a claimed gradient may lack: a factor that the chain rule brings.

The derivative of f(g(w)) is f'(g)·g'. Who forgets g' leaves out a parameter (the x of w·x), or how steep a function is
where its value is known: 1 - a² for a = tanh(z). Each may belong to an output, to a part of a sum or mean, or to
anything that is computed on the way.
"""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from compare.exercises.formulas.function import Function, Reference, shown
from compare.exercises.reference.mistakes.edits import Edit, inlined, places, walked
from compare.exercises.reference.mistakes.slips import name_of, put

SLOPES = {  # of a function, by its value a or by its argument z
    "tanh": "1 - a ** 2",
    "sigmoid": "a * (1 - a)",
    "exp": "a",
    "log": "1 / z",
    "sqrt": "1 / (2 * a)",
    "maximum": "z > 0",
    "abs": "z / a",
}
Spot: TypeAlias = tuple[str, ast.expr, Callable[[ast.expr], Mapping[ast.AST, Any]]]


def lacking(reference: Reference, function: Function) -> Iterator[Edit]:
    """Every such factor wherever it may belong."""
    factors = {shown(each): each for each in _factors(reference, function)}
    for piece, value, place in _spots(reference, function):
        for factor, node in factors.items():
            by = place(copy.deepcopy(put("a * b", a=value, b=node)))  # which holds nothing that is replaced itself
            told = f"{_in_brackets(piece)} * {_in_brackets(factor)}"
            yield Edit("inner-derivative", f"{piece} → {told}", function.name, function.name, by)


def _in_brackets(formula: str) -> str:
    return f"({formula})" if " " in formula else formula


def _factors(reference: Reference, function: Function) -> Iterator[ast.expr]:
    """The parameters, and how steep each known function is where it is computed."""
    yield from (name_of(each.name) for each in function.parameters)
    for node in walked(function.body):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield from _slope(inlined(reference, node.value), name_of(node.targets[0].id))
        elif isinstance(node, ast.expr):
            yield from _slope(node, node)


def _slope(call: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    """How steep a call of a known function is, by its value."""
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SLOPES:
        yield put(SLOPES[call.func.id], a=value, z=call.args[0])


def _spots(reference: Reference, function: Function) -> Iterator[Spot]:
    """What is summed up, what is computed on the way, and the outputs with their terms."""
    for node in walked(function.body):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("mean", "sum"):
            yield shown(node.args[0]), node.args[0], partial(_instead, node.args[0])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield shown(node.targets[0]), node.value, partial(_instead, node.value)
    yield from ((each.piece, each.value, each.put) for each in places(reference, function) if not each.kind)


def _instead(node: ast.expr, other: ast.expr) -> Mapping[ast.AST, Any]:
    return {node: other}
