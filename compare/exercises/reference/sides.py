"""A reference's formulas in NumPy, on the kit's engine and by torch; a claimed derivative is held to the last two.

The engine runs over Fractions where the formulas are rational: then the derivative is exact, and nobody derived it.
Comparisons give 0 or 1 in each side's own numbers, so that they can be multiplied with. torch is imported when asked.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import NUMBERS, Kind
from compare.exercises.formulas.numbers import number
from compare.exercises.formulas.run import Run, outputs
from compare.exercises.judging import Trial
from compare.exercises.trials.inputs import flat
from manual.autograd.tensor import Tensor, made

if TYPE_CHECKING:
    import ast

EXACT, SINGLE = np.dtype(object), np.dtype(np.float32)
_COMPARISONS = {"Lt": "less", "LtE": "less_equal", "Gt": "greater", "GtE": "greater_equal", "Eq": "equal",
                "NotEq": "not_equal"}  # fmt: skip


class Flat(NamedTuple):
    """One output of a side: its shape and entries."""

    shape: tuple[int, ...]
    entries: list[Any]


class Side(NamedTuple):
    """How a side computes, takes an input, and gives a result's numbers."""

    kind: Kind
    given: Callable[[Any], Any]
    array: Callable[[Any], Any] = np.asarray

    def shown(self, value: Any) -> Flat:
        """An array, a number, or a list of them."""
        if isinstance(value, list):
            parts = [self.shown(each) for each in value]
            inner = parts[0].shape if parts else ()
            return Flat((len(parts), *inner), [one for part in parts for one in part.entries])
        array = np.asarray(self.array(value))
        return Flat(array.shape, array.ravel().tolist())


def computed(reference: Reference, function: Function, trial: Trial, side: Side) -> tuple[Flat, ...]:
    """What the function gives on that side, an output after the other."""
    given = [side.given(trial[each.name]) for each in function.parameters]
    with np.errstate(all="ignore"):
        return tuple(side.shown(each) for each in outputs(Run(reference, side.kind).call(function.name, given)))


def derived(reference: Reference, function: Function, trial: Trial, side: Side) -> tuple[Flat, ...]:
    """The derivatives of the function's loss by the engine or by torch, in the order of its names."""
    loss = reference.functions[function.loss]
    given = {each.name: side.given(trial[each.name]) for each in loss.parameters}
    for name in function.by:
        given[name].requires_grad_()
    with np.errstate(all="ignore"):
        result = Run(reference, side.kind).call(loss.name, list(given.values()))
        if getattr(result, "requires_grad", False):
            result.backward()
    return tuple(_gradient(given[name], side) for name in function.by)


def _gradient(parameter: Any, side: Side) -> Flat:
    if parameter.grad is None:  # the loss does not depend on it
        value = side.shown(parameter.detach())
        return Flat(value.shape, [0 * each for each in value.entries])
    return side.shown(parameter.grad)


def exactly(reference: Reference, function: Function, given: Sequence[Any]) -> bool:
    """Is there an exact result, as no function stands in the formulas?"""
    for value in outputs(Run(reference, NUMBERS).call(function.name, given)):
        parts = value if isinstance(value, list) else [value]
        entries = [each for part in parts for each in (part.entries if isinstance(part, Array) else [part])]
        if any(isinstance(number(each).value, float) for each in entries):
            return False
    return True


def _array(value: Any, dtype: Any) -> Any:
    """An input: a trial's array or number. A whole number stays one, as it counts."""
    if type(value) is int:
        return value
    shape, entries = flat(value)
    exact = [Fraction(each) for each in entries] if dtype == EXACT else entries
    return np.array(exact, dtype).reshape(shape)


def _as_float(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value


def by_hand(dtype: Any) -> Side:
    """Plain NumPy in that dtype."""

    def compared(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
        return _compared(kind, left, right).astype(dtype)

    return Side(Kind(_as_float, _OF_NUMPY, compared), lambda value: _array(value, dtype))


def _compared(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    return np.asarray(getattr(np, _COMPARISONS[kind.__name__])(left, right))


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


def engine(dtype: np.dtype[Any]) -> Side:
    """The kit's own engine in that dtype, over Fractions in `EXACT`."""

    def compared(kind: type[ast.cmpop], left: Any, right: Any) -> Tensor:
        return _mask(_compared(kind, _entries(left), _entries(right)), dtype)

    constant = (lambda value: value) if dtype == EXACT else _as_float
    return Side(Kind(constant, _OF_ENGINE, compared), lambda value: _tensor(value, dtype), _entries)


def _tensor(value: Any, dtype: Any) -> Any:
    return value if type(value) is int else made(np.asarray(_array(value, dtype)))


def _entries(value: Any) -> Any:
    return value.array if isinstance(value, Tensor) else value


def _mask(mask: Any, dtype: Any) -> Tensor:
    if dtype == EXACT:
        return made(np.array([Fraction(int(each)) for each in mask.ravel()], EXACT).reshape(mask.shape))
    return made(mask.astype(dtype))


def _chosen(condition: Any, one: Any, other: Any) -> Any:
    """where(…) as a sum of products: what is not chosen has no gradient."""
    chosen = np.asarray(_entries(condition) != 0, bool)
    dtype = next((each.array.dtype for each in (one, other, condition) if isinstance(each, Tensor)), None)
    return _mask(chosen, dtype) * one + _mask(~chosen, dtype) * other


def _maximum(left: Any, right: Any) -> Any:
    return _larger(np.greater_equal(_entries(left), _entries(right)), left, right)


def _larger(mask: Any, left: Any, right: Any) -> Any:
    dtype = next(each.array.dtype for each in (left, right) if isinstance(each, Tensor))
    return _chosen(_mask(np.asarray(mask), dtype), left, right)


def _engine_with_ones(value: Tensor) -> Tensor:
    """The columns moved one to the right by a matrix, and a column of ones added: sums and products alone."""
    columns = value if value.array.ndim == 2 else value.reshape(-1, 1)
    (rows, width), dtype = columns.array.shape, columns.array.dtype
    moved = _mask(np.eye(width, width + 1, 1) > 0, dtype)
    first = _mask(np.broadcast_to(np.arange(width + 1) == 0, (rows, width + 1)), dtype)
    return columns @ moved + first


_OF_ENGINE: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(Tensor, name) for name in ("exp", "log", "sqrt", "tanh")},
    "sum": lambda value, axis=None, keepdims=False: value.sum(axis, keepdims),
    "mean": lambda value, axis=None, keepdims=False: value.mean(axis, keepdims),
    "len": lambda value: len(_entries(value)),
    "abs": lambda value: _larger(np.greater_equal(value.array, 0), value, -value),
    "maximum": _maximum,
    "where": _chosen,
    "sigmoid": lambda value: 1 / (1 + (-value).exp()),
    "with_ones": _engine_with_ones,
    "zeros_like": lambda value: value.detach() * 0,
}


@cache
def by_torch() -> Side:
    """torch's own functions, in float32."""
    import torch

    warnings.filterwarnings("ignore", message="The use of `x.T`")
    as_tensor = torch.as_tensor

    def reduced(of: Any) -> Callable[..., Any]:
        def applied(value: Any, axis: int | None = None, keepdims: bool = False) -> Any:
            return of(value) if axis is None and not keepdims else of(value, dim=axis, keepdim=keepdims)

        return applied

    def maximum(left: Any, right: Any) -> Any:
        return torch.maximum(as_tensor(left, dtype=torch.float32), as_tensor(right, dtype=torch.float32))

    def with_ones(value: Any) -> Any:
        columns = value if value.ndim == 2 else value[:, None]
        return torch.cat([torch.ones(len(columns), 1), columns], dim=1)

    def compared(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
        return getattr(torch, _COMPARISONS[kind.__name__])(as_tensor(left), as_tensor(right)).to(torch.float32)

    functions = {
        **{name: getattr(torch, name) for name in ("exp", "log", "sqrt", "tanh", "sigmoid", "abs", "zeros_like")},
        "sum": reduced(torch.sum), "mean": reduced(torch.mean), "len": len, "maximum": maximum,
        "where": lambda condition, one, other: torch.where(as_tensor(condition) != 0, one, other),
        "with_ones": with_ones,
    }  # fmt: skip
    return Side(
        Kind(_as_float, functions, compared),
        lambda value: value if type(value) is int else as_tensor(_array(value, SINGLE)),
        lambda value: value.detach().numpy() if isinstance(value, torch.Tensor) else value,
    )
