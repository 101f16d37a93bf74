"""The rules: for each operation its value, and the gradient that arrives at each operand. One line an operation.

    a, b    the operands         out     the result
    g       the gradient arriving at the result; it has the result's shape
    shape   the shape of the operand that the gradient is for

A gradient's parameters say what the operation must save for the way back: `a`, `b` and `out` are saved, and freed by
the first backward(); an operation that needs none of them can be walked back twice.
Where broadcasting repeated an operand, the engine sums afterwards; no rule needs to know.

Sources: the chain rule, and for the order of the roundings torch's `derivatives.yaml`.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from manual.autograd.engine import Array, filled, summed

Axis: TypeAlias = int | tuple[int, ...] | None


PLACES = {"a": 0, "b": 1, "out": -1}  # among an operation's operands and its result


class Pull:
    """The gradient for the operand at a place, and what it needs beside g, read off its parameters."""

    __slots__ = ("gradient", "options", "place", "saved")

    def __init__(self, place: int, gradient: Callable[..., Any]) -> None:
        names = gradient.__code__.co_varnames[1 : gradient.__code__.co_argcount]
        self.place = place
        self.gradient = gradient
        self.saved = tuple(PLACES[name] for name in names if name in PLACES)
        self.options = tuple(name for name in names if name not in PLACES)


class Rule:
    """An operation: its value, and a pull for each operand that can receive a gradient."""

    __slots__ = ("pulls", "value")

    def __init__(self, value: Callable[..., Any], *gradients: Callable[..., Any]) -> None:
        self.value = value
        self.pulls = [Pull(place, gradient) for place, gradient in enumerate(gradients)]


def power(a: Any, b: Any) -> Any:
    """a ** b; squares and cubes by multiplication, as torch does: `pow` would round them differently."""
    if isinstance(b, np.ndarray) or b not in (2, 3):
        return a**b
    return a * a if b == 2 else a * a * a


def slope(a: Array, b: Any) -> Any:
    """The derivative of a ** b by a: b · a ** (b - 1), and 0 where b is 0, even at a = 0."""
    if isinstance(b, np.ndarray):
        return np.where(b == 0, 0, b * power(a, b - 1))
    if b == 2:
        return a + a
    return b * power(a, b - 1) if b else 0


def growth(a: Any, b: Any, out: Array) -> Any:
    """The derivative of a ** b by b: out · log a, and 0 where a is 0 and stays it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((a == 0) & (b >= 0), 0, out * np.log(a))


def total(a: Array, axis: Axis, keepdim: bool) -> Any:
    if axis is None:
        return summed(a)
    return np.add.reduce(a, axis, keepdims=True) if keepdim else np.add.reduce(a, axis)


def mean(a: Array, axis: Axis, keepdim: bool) -> Any:
    return total(a, axis, keepdim) / summands(a.shape, axis)


def mean_square(r: Array) -> Any:
    return summed(r * r) / r.size


def mean_square_slope(r: Array) -> Any:
    """The derivative of mean(r²) by each r."""
    return 2 / r.size * r


def summands(shape: tuple[int, ...], axis: Axis) -> int:
    """How many entries each total of a sum along `axis` has."""
    return math.prod(shape if axis is None else [shape[i] for i in np.atleast_1d(axis)])


def spread(g: Array, shape: tuple[int, ...], axis: Axis, keepdim: bool) -> Array:
    """The gradient of a sum: each summand receives the gradient of its total."""
    return filled(shape, g.dtype, g if keepdim or axis is None else np.expand_dims(g, axis))


def zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Zeros; among exact numbers the Fraction, because the integer 0 divided by an integer is a float."""
    return filled(shape, dtype, Fraction(0) if dtype.kind == "O" else 0)


def scattered(g: Array, shape: tuple[int, ...], key: Any) -> Array:
    """The gradient of an indexing: an entry receives the gradients of all places that it was copied to."""
    whole = zeros(shape, g.dtype)
    np.add.at(whole, key, g)
    return whole


ADD = Rule(np.add, lambda g: g, lambda g: g)
SUB = Rule(np.subtract, lambda g: g, lambda g: -g)
SUB_FROM = Rule(lambda a, b: b - a, lambda g: -g)
MUL = Rule(np.multiply, lambda g, b: g * b, lambda g, a: g * a)
DIV = Rule(np.divide, lambda g, b: g / b, lambda g, a, b: -g * ((a / b) / b))
RECIPROCAL = Rule(lambda a: 1 / a, lambda g, out: -g * (out * out))
NEG = Rule(np.negative, lambda g: -g)
POW = Rule(power, lambda g, a, b: g * slope(a, b), lambda g, a, b, out: g * growth(a, b, out))
POW_OF = Rule(lambda a, b: power(b, a), lambda g, a, b, out: g * growth(b, a, out))
DOT = Rule(np.matmul, lambda g, b: g * b, lambda g, a: g * a)  # (k,) @ (k,)
MATVEC = Rule(np.matmul, lambda g, b: g[:, None] * b, lambda g, a: (g * a.T).sum(axis=1))  # (n, k) @ (k,)
VECMAT = Rule(np.matmul, lambda g, b: (g * b).sum(axis=1), lambda g, a: a[:, None] * g)  # (k,) @ (k, m)
MATMUL = Rule(np.matmul, lambda g, b: g @ b.T, lambda g, a: a.T @ g)  # (n, k) @ (k, m)
SUM = Rule(total, lambda g, shape, axis, keepdim: spread(g, shape, axis, keepdim))
MEAN = Rule(mean, lambda g, shape, axis, keepdim: spread(g, shape, axis, keepdim) / summands(shape, axis))
EXP = Rule(np.exp, lambda g, out: g * out)
LOG = Rule(np.log, lambda g, a: g / a)
TANH = Rule(np.tanh, lambda g, out: g * (1 - out * out))
RELU = Rule(lambda a: np.maximum(a, zeros((), a.dtype)), lambda g, out: np.where(out <= 0, zeros((), g.dtype), g))
ABS = Rule(np.abs, lambda g, a: g * np.sign(a))
SQRT = Rule(np.sqrt, lambda g, out: g / (2 * out))
COPY = Rule(lambda a: a.copy(), lambda g: g)
CAST = Rule(lambda a, dtype: a.astype(dtype), lambda g: g)
VIEW = Rule(lambda a, to: a.reshape(to), lambda g, shape: g.reshape(shape))
TRANSPOSE = Rule(lambda a: a.T, lambda g: g.T)
INDEX = Rule(lambda a, key: a[key], lambda g, shape, key: scattered(g, shape, key))
MSE = Rule(
    lambda a, b: mean_square(a - b),
    lambda g, a, b: mean_square_slope(a - b) * g,
    lambda g, a, b: -(mean_square_slope(a - b) * g),
)
