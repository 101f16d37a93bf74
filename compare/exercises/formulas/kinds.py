"""Kinds of numbers that formulas run over: what operators, comparisons and the known functions make of them."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from compare.exercises.formulas import numbers
from compare.exercises.formulas.arrays import Array, together
from compare.exercises.formulas.numbers import Number, Undefined

MOST_BITS, MOST_EXPONENT = 4096, 64


class Kind(NamedTuple):
    """A kind of number."""

    constant: Callable[[Any], Any]
    functions: Mapping[str, Callable[..., Any]]
    compare: Callable[[type[ast.cmpop], Any, Any], Any]


def _power(base: Any, exponent: Any) -> Any:
    found = base**exponent
    if isinstance(found, complex):  # of a negative base
        raise Undefined
    return found


OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: _power,
    ast.MatMult: operator.matmul,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: numbers.below,
    ast.GtE: lambda a, b: not numbers.below(a, b),
    ast.Gt: lambda a, b: numbers.below(b, a),
    ast.LtE: lambda a, b: not numbers.below(b, a),
    ast.Eq: numbers.same,
    ast.NotEq: lambda a, b: not numbers.same(a, b),
}


def ours(*values: Any) -> bool:
    return any(isinstance(value, Array) for value in values)


def plain(value: Any) -> bool:
    return type(value) in (int, Fraction, float, bool)


def exactly(kind: type[ast.operator], left: Any, right: Any) -> Any:
    """Two plain numbers: a quotient is a fraction. Raises `Undefined` where that is none or far too long."""
    if kind is ast.Pow:
        check_exponent(right)
        if right != int(right):
            return float(left) ** float(right) if left > 0 else _undefined()
        right = int(right)
    if kind is ast.MatMult:
        raise TypeError
    left = Fraction(left) if kind in (ast.Div, ast.Pow) and type(left) is int else left
    found = OPERATORS[kind](left, right)
    if isinstance(found, Fraction) and found.denominator == 1:
        found = found.numerator
    if not isinstance(found, float) and (found.numerator.bit_length() > MOST_BITS):
        return _undefined()
    return found


def _undefined() -> Any:
    raise Undefined


def check_exponent(exponent: Any) -> None:
    for each in exponent.entries if isinstance(exponent, Array) else [exponent]:
        value = each.value if isinstance(each, Number) else each
        if plain(value) and not abs(value) <= MOST_EXPONENT:
            raise Undefined


def _sum(value: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    return value.total(axis, keepdims) if isinstance(value, Array) else value


def _mean(value: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    if not isinstance(value, Array):
        return value
    count = len(value.entries) if axis is None else value.shape[axis]
    whole = value.total(axis, keepdims)
    if plain(whole) and type(whole) is not float:
        return Fraction(whole, count) if count else _undefined()
    return together(lambda each: each / count, whole)


def _with_ones(value: Any, behind: bool = False) -> Array:
    """A column of ones in front of a matrix, or beside a vector; `behind` it, as a mistake."""
    if not isinstance(value, Array):
        raise TypeError
    rows = value.rows() if len(value.shape) == 2 else [[each] for each in value.entries]
    entries = [each for row in rows for each in ((*row, 1) if behind else (1, *row))]
    return Array((len(rows), len(rows[0]) + 1), entries)


def _zeros_like(value: Any) -> Any:
    return value.each(lambda _: 0) if isinstance(value, Array) else 0


def _len(value: Any) -> int:
    if isinstance(value, (Array, list)):
        return len(value)
    raise TypeError


def _compare(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    return together(_COMPARISONS[kind], left, right)


def _where(condition: Any, one: Any, other: Any) -> Any:
    return together(lambda holds, a, b: a if holds else b, condition, one, other)


def _maximum(left: Any, right: Any) -> Any:
    return together(lambda a, b: b if numbers.below(a, b) else a, left, right)


def _spread(of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return partial(together, of)


_OF_ARRAYS: Mapping[str, Callable[..., Any]] = {
    "sum": _sum,
    "mean": _mean,
    "len": _len,
    "where": _where,
    "maximum": _maximum,
    "with_ones": _with_ones,
    "ones_behind": partial(_with_ones, behind=True),  # of mistakes alone, as is
    "cut": _spread(numbers.cut),
    "zeros_like": _zeros_like,
    "abs": _spread(abs),
}
NUMBERS = Kind(
    lambda value: value,
    {**_OF_ARRAYS, **{name: _spread(of) for name, of in numbers.FUNCTIONS.items()}},
    _compare,
)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def compare_floats(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    return together(_FLOAT_COMPARISONS[kind], left, right)


def _in_floats(of: Callable[[float], float]) -> Callable[[Any], Any]:
    def applied(value: Any) -> float:
        try:
            return of(value)
        except ValueError:
            raise Undefined from None

    return _spread(applied)


_FLOAT_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FLOATS = Kind(
    lambda value: float(value) if isinstance(value, Fraction) else value,
    {
        **_OF_ARRAYS,
        "maximum": lambda left, right: together(max, left, right),
        "exp": _in_floats(math.exp),
        "log": _in_floats(math.log),
        "sqrt": _in_floats(math.sqrt),
        "tanh": _in_floats(math.tanh),
        "sigmoid": _in_floats(_sigmoid),
    },
    compare_floats,
)
