"""What a function takes and gives: its outputs' names, and how large everything is.

Outputs are named as in the `return`; a derivative that stands there as an expression is called `d` + its parameter.
Their shapes come from a run in which every size is another.
"""

import ast
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain, count
from math import prod
from typing import Any

from compare.exercises.formulas.arrays import Array, Shape, shape_of
from compare.exercises.formulas.function import Dimension, Fault, Function, Parameter, Reference, shown
from compare.exercises.formulas.kinds import NUMBERS
from compare.exercises.formulas.numbers import Number, Undefined
from compare.exercises.formulas.run import Run, RunError, outputs

DISTINCT = (7, 3, 5, 4, 2, 6)  # sizes no two of which are alike, for as many names as anybody has
WHOLE = 2
LIST = ("list",)

Sizes = Mapping[str, int]


def names_of(function: Function) -> tuple[str, ...]:
    """The names of the sizes of a function, in their order."""
    found = [part for each in function.parameters for dim in each.shape for part in dim if isinstance(part, str)]
    return tuple(dict.fromkeys(found))


def size_of(dimension: Dimension, sizes: Sizes) -> int:
    return sum(sizes[part] if isinstance(part, str) else part for part in dimension)


def shape(parameter: Parameter, sizes: Sizes) -> Shape:
    return tuple(size_of(each, sizes) for each in parameter.shape)


def output_names(reference: Reference, function: Function) -> tuple[str, ...]:
    """The names of what a function returns; one that has none is called as the function, and several as its calls'."""
    result = function.result
    if isinstance(result, ast.Call) and isinstance(result.func, ast.Name):
        called = reference.functions.get(result.func.id)
        names = output_names(reference, called) if called else ()
        if len(names) > 1:
            return names
    parts = result.elts if isinstance(result, ast.Tuple) else [result]
    return tuple(_output_name(function, i, part, len(parts)) for i, part in enumerate(parts))


def _output_name(function: Function, at: int, part: ast.expr, many: int) -> str:
    if isinstance(part, ast.Name):
        return part.id
    if function.loss and at < len(function.by):
        return "d" + function.by[at]
    return function.name if many == 1 else ""


def require_names(reference: Reference, function: Function) -> None:
    """Raise `Fault` where an output of an exercise has no name, or two have the same."""
    names = output_names(reference, function)
    line = function.body[-1].lineno
    parts = function.result.elts if isinstance(function.result, ast.Tuple) else [function.result]
    for part, name in zip(parts, names, strict=False):
        if not isinstance(part, ast.Name) and not name.startswith("d") and not function.loss and len(parts) == 1:
            if isinstance(part, ast.Call) and len(names) > 1:
                continue
            raise Fault("no-name", reference.file, line=line, given=shown(part), function=function.name)
        if not name:
            raise Fault("no-name", reference.file, line=line, given=shown(part), function=function.name)
    if len(set(names)) < len(names):
        raise Fault("same-names", reference.file, line=line, given=", ".join(names), function=function.name)


def distinct(function: Function) -> dict[str, int]:
    """Sizes of which no two are alike."""
    return dict(zip(names_of(function), chain(DISTINCT, count(11)), strict=False))


def output_shapes(reference: Reference, function: Function) -> tuple[tuple[str, ...], ...]:
    """The shape of each output in the names of the sizes: ("n",), ("d", "k"), () for a number, `LIST` for a list.

    Raises `Fault` where the formulas cannot be computed.
    """
    sizes = distinct(function)
    given = [_middling(each, shape(each, sizes), at) for at, each in enumerate(function.parameters)]
    result = outputs(called(reference, function, given))
    known = {size: name for name, size in sizes.items()}
    return tuple(_shape_in_names(each, known) for each in result)


def require_gradient(reference: Reference, function: Function) -> None:
    """Raise `Fault` where a gradient's loss is no single number, or where it gives not one output for each name."""
    if not function.loss:
        return
    loss, line = reference.functions[function.loss], function.body[-1].lineno
    if output_shapes(reference, loss) != ((),):
        raise Fault("loss-shape", reference.file, line=loss.body[-1].lineno, given=shown(loss.result), loss=loss.name)
    count, by = len(output_shapes(reference, function)), ", ".join(function.by)
    if count != len(function.by):
        given = shown(function.result)
        raise Fault("how-many", reference.file, line=line, given=given, count=count, function=function.name, asked=by)


def _shape_in_names(value: Any, known: Mapping[int, str]) -> tuple[str, ...]:
    if isinstance(value, list):
        return LIST
    return tuple(_in_names(size, known) for size in shape_of(value))


def _in_names(size: int, known: Mapping[int, str]) -> str:
    return known.get(size) or (f"{known[size - 1]} + 1" if size - 1 in known else f"{size}")


def called(reference: Reference, function: Function, given: Sequence[Any]) -> Any:
    """What the function gives. Raises `Fault`, one line with its place and cure, where it cannot be computed."""
    try:
        result = Run(reference, NUMBERS).call(function.name, given)
    except RunError as error:
        raise fault(reference, error) from None
    except Undefined:
        return ()
    names = output_names(reference, function)
    if len(outputs(result)) != len(names):
        line, count = function.body[-1].lineno, len(outputs(result))
        given_text = shown(function.result)
        raise Fault("outputs", reference.file, line=line, given=given_text, count=count, function=function.name)
    return result


def fault(reference: Reference, error: RunError) -> Fault:
    """An error of a run as one line for people."""
    line = getattr(error.node, "lineno", 1)
    return Fault(error.key, reference.file, line=line, given=shown(error.node), **error.fields)


def _middling(parameter: Parameter, size: Shape, at: int) -> Any:
    """Numbers in the middle of what is drawn, no two alike, so that hardly any formula has no value there."""
    if parameter.kind == "whole" and not size:
        return WHOLE
    if parameter.kind == "onehot":
        return Array(size, [int(j == i % size[1]) for i in range(size[0]) for j in range(size[1])])
    if parameter.kind in ("binary", "whole"):
        return Array(size, [i % 2 for i in range(prod(size))])
    entries = [_eighths(4 + (5 * i + 3 * at) % 7) for i in range(prod(size))]
    if parameter.kind == "real":
        entries = [-each if i % 2 else each for i, each in enumerate(entries)]
    if parameter.kind == "rate":
        entries = [each / 2 for each in entries]
    return Array(size, entries) if size else entries[0]


def _eighths(count: int) -> Number:
    return Number(Fraction(count, 16), count / 16)
