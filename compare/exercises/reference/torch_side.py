"""A reference's formulas by torch: its own functions, and its autograd for the derivatives of a loss."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from compare.exercises.judging import Trial
from compare.exercises.reference.inputs import flat
from compare.exercises.reference.run import Kind, Run
from compare.exercises.reference.sides import Flat, Side, shown_array
from compare.exercises.reference.text import Function, Reference

warnings.filterwarnings("ignore", message="The use of `x.T`")


def torch_side(dtype: str) -> Side:
    """torch in the dtype of that name."""
    return Side(Kind(_constant, _FUNCTIONS, _compare), lambda value: _tensor(value, getattr(torch, dtype)), _shown)


def derived(reference: Reference, function: Function, trial: Trial, dtype: str) -> tuple[Flat, ...]:
    """The derivatives of the function's loss by torch's autograd, in the order of its names."""
    loss, side = reference.functions[function.loss], torch_side(dtype)
    given = {each.name: side.given(trial[each.name]) for each in loss.parameters}
    for name in function.by:
        given[name].requires_grad_()
    result = Run(reference, side.kind).call(loss.name, list(given.values()))
    if isinstance(result, torch.Tensor) and result.requires_grad:
        result.backward()
    gradients = [given[name].grad for name in function.by]
    zeros = [torch.zeros_like(given[name]) for name in function.by]
    return tuple(_shown(zero if each is None else each) for each, zero in zip(gradients, zeros, strict=True))


def _constant(value: Any) -> Any:
    return value if isinstance(value, int) else float(value)


def _tensor(value: Any, dtype: torch.dtype) -> Any:
    if type(value) is int:
        return value
    shape, entries = flat(value)
    return torch.tensor(entries, dtype=dtype).reshape(shape)


def _shown(value: Any) -> Flat:
    if isinstance(value, list):
        return shown_array([_entries(each) for each in value])
    return shown_array(_entries(value))


def _entries(value: Any) -> Any:
    return value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)


def _compare(kind: type[Any], left: Any, right: Any) -> Any:
    return _COMPARISONS[kind.__name__](torch.as_tensor(left), right)


def _reduced(value: Any, of: Any, axis: int | None, keepdims: bool) -> Any:
    if not isinstance(value, torch.Tensor):
        return value
    return of(value) if axis is None and not keepdims else of(value, dim=axis, keepdim=keepdims)


def _with_ones(value: torch.Tensor) -> torch.Tensor:
    columns = value if value.ndim == 2 else value[:, None]
    return torch.cat([torch.ones(len(columns), 1, dtype=value.dtype), columns], dim=1)


def _pair(left: Any, right: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Both as tensors of one dtype."""
    dtype = next(each.dtype for each in (left, right) if isinstance(each, torch.Tensor))
    return torch.as_tensor(left, dtype=dtype), torch.as_tensor(right, dtype=dtype)


_COMPARISONS = {
    "Lt": torch.lt,
    "LtE": torch.le,
    "Gt": torch.gt,
    "GtE": torch.ge,
    "Eq": torch.eq,
    "NotEq": torch.ne,
}
_FUNCTIONS: Mapping[str, Any] = {
    **{name: getattr(torch, name) for name in ("exp", "log", "sqrt", "tanh", "sigmoid", "abs", "where", "zeros_like")},
    "sum": lambda value, axis=None, keepdims=False: _reduced(value, torch.sum, axis, keepdims),
    "mean": lambda value, axis=None, keepdims=False: _reduced(value, torch.mean, axis, keepdims),
    "len": len,
    "maximum": lambda left, right: torch.maximum(*_pair(left, right)),
    "with_ones": _with_ones,
}
