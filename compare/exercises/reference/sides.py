"""A reference's formulas in NumPy, and on the kit's engine, whose derivative of a loss a claimed one is held to.

The engine runs over Fractions where the formulas are rational: then the derivative is exact, and nobody derived it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from compare.exercises.judging import Trial
from compare.exercises.reference.arrays import Array
from compare.exercises.reference.inputs import flat
from compare.exercises.reference.run import Kind, Run, outputs
from compare.exercises.reference.text import Function, Reference
from manual.autograd.tensor import Tensor, made

if TYPE_CHECKING:
    import ast

EXACT = np.dtype(object)


class Flat(NamedTuple):
    """One output of a side: its shape and entries."""

    shape: tuple[int, ...]
    entries: list[Any]


class Side(NamedTuple):
    """How a side takes an input, computes, and shows a result."""

    kind: Kind
    given: Callable[[Any], Any]
    shown: Callable[[Any], Flat]


def computed(reference: Reference, function: Function, trial: Trial, side: Side) -> tuple[Flat, ...]:
    """What the function gives on that side, an output after the other."""
    given = [side.given(trial[each.name]) for each in function.parameters]
    with np.errstate(all="ignore"):
        return tuple(side.shown(each) for each in outputs(Run(reference, side.kind).call(function.name, given)))


def derived(reference: Reference, function: Function, trial: Trial, dtype: np.dtype[Any]) -> tuple[Flat, ...]:
    """The derivatives of the function's loss by the engine, in the order of its names."""
    loss, side = reference.functions[function.loss], engine(dtype)
    given = {each.name: side.given(trial[each.name]) for each in loss.parameters}
    for name in function.by:
        given[name].requires_grad_()
    with np.errstate(all="ignore"):
        result = Run(reference, side.kind).call(loss.name, list(given.values()))
        if isinstance(result, Tensor) and result.requires_grad:
            result.backward()
    return tuple(_gradient(given[name], side) for name in function.by)


def _gradient(parameter: Tensor, side: Side) -> Flat:
    gradient = parameter.grad
    if gradient is None:  # the loss does not depend on it
        zeros = np.zeros(parameter.shape, parameter.array.dtype)
        return side.shown(made(zeros))
    return side.shown(gradient)


def shown_array(value: Any) -> Flat:
    """A NumPy array or number, or a list of them."""
    if isinstance(value, list):
        parts = [shown_array(each) for each in value]
        return Flat((len(parts), *(parts[0].shape if parts else ())), [one for part in parts for one in part.entries])
    array = np.asarray(value)
    return Flat(array.shape, array.ravel().tolist())


def _array(value: Any, dtype: Any) -> Any:
    """An input: a trial's array or number. A whole number stays one, as it counts."""
    if type(value) is int:
        return value
    shape, entries = flat(value)
    exactly = [Fraction(each) for each in entries] if dtype == EXACT else entries
    return np.array(exactly, dtype).reshape(shape)


def by_hand(dtype: Any) -> Side:
    """Plain NumPy in that dtype."""
    return Side(Kind(_as_float, _OF_NUMPY, _compare), lambda value: _array(value, dtype), shown_array)


def _as_float(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value


def _numpy_with_ones(value: Any) -> Any:
    columns = value if value.ndim == 2 else value[:, None]
    return np.concatenate([np.ones((len(columns), 1), value.dtype), columns], axis=1)


_OF_NUMPY: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "tanh", "abs", "maximum", "where", "zeros_like")},
    "sum": np.sum,
    "mean": np.mean,
    "len": len,
    "sigmoid": lambda value: 1 / (1 + np.exp(-value)),
    "with_ones": _numpy_with_ones,
}
_COMPARISONS = {
    "Lt": np.less,
    "LtE": np.less_equal,
    "Gt": np.greater,
    "GtE": np.greater_equal,
    "Eq": np.equal,
    "NotEq": np.not_equal,
}


def _compare(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    return _COMPARISONS[kind.__name__](left, right)


def engine(dtype: np.dtype[Any]) -> Side:
    """The kit's own engine in that dtype, over Fractions in `EXACT`."""
    constant = (lambda value: value) if dtype == EXACT else _as_float
    return Side(Kind(constant, _OF_ENGINE, _compare_tensors), lambda value: _tensor(value, dtype), _shown_tensor)


def _tensor(value: Any, dtype: Any) -> Any:
    return value if type(value) is int else made(np.asarray(_array(value, dtype)))


def _shown_tensor(value: Any) -> Flat:
    if isinstance(value, list):
        return shown_array([_entries(each) for each in value])
    return shown_array(_entries(value))


def _entries(value: Any) -> Any:
    return value.array if isinstance(value, Tensor) else value


def _compare_tensors(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    return _compare(kind, _entries(left), _entries(right))


def _chosen(condition: Any, one: Any, other: Any) -> Any:
    """where(…) as a sum of products: what is not chosen has no gradient."""
    mask = np.asarray(condition)
    dtype = next((each.array.dtype for each in (one, other) if isinstance(each, Tensor)), None)
    if dtype is None:
        return made(np.where(mask, one, other))
    taken = _mask(mask, dtype)
    return taken * one + _mask(~mask, dtype) * other


def _mask(mask: Any, dtype: Any) -> Tensor:
    if dtype == EXACT:
        return made(np.array([Fraction(int(each)) for each in mask.ravel()], EXACT).reshape(mask.shape))
    return made(mask.astype(dtype))


def _maximum(left: Any, right: Any) -> Any:
    return _chosen(np.greater_equal(_entries(left), _entries(right)), left, right)


def _abs(value: Any) -> Any:
    return _chosen(np.greater_equal(_entries(value), 0), value, -value)


def _engine_with_ones(value: Tensor) -> Tensor:
    """The columns moved one to the right by a matrix, and a column of ones added: sums and products alone."""
    columns = value if value.array.ndim == 2 else value.reshape(-1, 1)
    (rows, width), dtype = columns.array.shape, columns.array.dtype
    moved = _mask(np.eye(width, width + 1, 1) > 0, dtype)
    first = _mask(np.broadcast_to(np.arange(width + 1) == 0, (rows, width + 1)), dtype)
    return columns @ moved + first


def _reduced(name: str) -> Callable[..., Any]:
    def applied(value: Any, axis: int | None = None, keepdims: bool = False) -> Any:
        return getattr(value, name)(axis, keepdims) if isinstance(value, Tensor) else value

    return applied


_OF_ENGINE: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(Tensor, name) for name in ("exp", "log", "sqrt", "tanh")},
    "sum": _reduced("sum"),
    "mean": _reduced("mean"),
    "len": lambda value: len(value) if isinstance(value, list) else value.array.shape[0],
    "abs": _abs,
    "maximum": _maximum,
    "where": _chosen,
    "sigmoid": lambda value: 1 / (1 + (-value).exp()),
    "with_ones": _engine_with_ones,
    "zeros_like": lambda value: value.detach() * 0,
}


def exactly(reference: Reference, function: Function, given: Sequence[Any]) -> bool:
    """Is there an exact result, as no function stands in the formulas?"""
    from compare.exercises.reference.numbers import number
    from compare.exercises.reference.run import NUMBERS

    for value in outputs(Run(reference, NUMBERS).call(function.name, given)):
        parts = value if isinstance(value, list) else [value]
        entries = [each for part in parts for each in (part.entries if isinstance(part, Array) else [part])]
        if any(isinstance(number(each).value, float) for each in entries):
            return False
    return True
