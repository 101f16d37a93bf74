"""torch's functions. Each is a method of a tensor too: `torch.exp(x)` is `x.exp()`."""

import builtins
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from manual.autograd import core, errors, rules
from manual.autograd.core import Rule
from manual.autograd.dtypes import DType, float32, float64, int64, title
from manual.autograd.tensor import Operand, Tensor, made

Axis = int | Sequence[int] | None


class Extreme(NamedTuple):
    """The largest or smallest entries along an axis, and where they are."""

    values: Tensor
    indices: Tensor


def _unary(rule: Rule) -> Callable[[Tensor], Tensor]:
    """The function of one tensor, whose integers become floats first."""
    return lambda input: input.real().apply(rule)


exp, log, tanh, sqrt = map(_unary, (core.EXP, core.LOG, core.TANH, rules.SQRT))
sigmoid, sin, cos, reciprocal = map(_unary, (rules.SIGMOID, rules.SIN, rules.COS, rules.RECIPROCAL))


def relu(input: Tensor) -> Tensor:
    return input.apply(core.RELU)


def abs(input: Tensor) -> Tensor:
    return input.apply(rules.ABS)


def clone(input: Tensor) -> Tensor:
    return input.apply(rules.COPY)


def square(input: Tensor) -> Tensor:
    return input**2


def neg(input: Tensor) -> Tensor:
    return -input


def add(input: Any, other: Operand, *, alpha: builtins.float = 1) -> Tensor:
    return input + (other if alpha == 1 else other * alpha)


def sub(input: Any, other: Operand, *, alpha: builtins.float = 1) -> Tensor:
    return input - (other if alpha == 1 else other * alpha)


def mul(input: Any, other: Operand) -> Tensor:
    return input * other


def div(input: Any, other: Operand) -> Tensor:
    return input / other


def pow(input: Any, exponent: Operand) -> Tensor:
    return input**exponent


def matmul(input: Tensor, other: Tensor) -> Tensor:
    return input @ other


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """A product of two matrices."""
    return input @ mat2


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """A product of two vectors."""
    return input @ tensor


# ------------------------------------------------------------------------------------------------------------- totals


def sum(
    input: Tensor, dim: Axis = None, keepdim: builtins.bool = False, *, dtype: DType | None = None, axis: Axis = None
) -> Tensor:
    """The sum of all entries, or along axes; truth values are counted."""
    if dtype or input.array.dtype.kind == "b":
        input = input.to(dtype or int64)
    axes = _axes(input, dim if axis is None else axis)
    return input.apply(core.SUM) if axes is None else input.apply(rules.SUM_ALONG, axis=axes, keepdim=keepdim)


def mean(
    input: Tensor, dim: Axis = None, keepdim: builtins.bool = False, *, dtype: DType | None = None, axis: Axis = None
) -> Tensor:
    """The mean of all entries, or along axes. Raises `RuntimeError` for integers."""
    input = input.to(dtype) if dtype else input
    if input.array.dtype.kind in "biu":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: "
            + title(input.array)
        )
    axes = _axes(input, dim if axis is None else axis)
    return input.apply(core.MEAN) if axes is None else input.apply(rules.MEAN_ALONG, axis=axes, keepdim=keepdim)


def var(
    input: Tensor,
    dim: Axis = None,
    *,
    correction: int = 1,
    unbiased: builtins.bool = True,
    keepdim: builtins.bool = False,
) -> Tensor:
    """The variance, of all entries or along axes: the squared deviations' sum divided by n - 1."""
    return input.apply(rules.VARIANCE, axis=_axes(input, dim), keepdim=keepdim, correction=correction * unbiased)


def std(
    input: Tensor,
    dim: Axis = None,
    *,
    correction: int = 1,
    unbiased: builtins.bool = True,
    keepdim: builtins.bool = False,
) -> Tensor:
    """The standard deviation, the root of `var`."""
    return input.apply(rules.DEVIATION, axis=_axes(input, dim), keepdim=keepdim, correction=correction * unbiased)


def _axes(input: Tensor, dim: Axis) -> Any:
    """The axes, none of them negative; None for all. A number has no axes, and any sum along its last is itself."""
    if dim is None:
        return None
    axes = [dim] if isinstance(dim, int) else list(dim)
    named = tuple(_axis(input, axis) for axis in axes)
    return named if input.array.ndim else ()


def _axis(input: Tensor, axis: int, new: int = 0) -> int:
    """An axis counted from the front; `new` is 1 where one is put in."""
    ndim = builtins.max(input.array.ndim + new, 1)
    if not -ndim <= axis < ndim:
        raise errors.out_of_range(axis, ndim)
    return axis % ndim


def max(input: Tensor, dim: Any = None, keepdim: builtins.bool = False) -> Any:
    """The largest entry; along an axis, (values, indices); of two tensors, the larger entries."""
    return _extreme(input, dim, keepdim, (rules.MAX, "MaxBackward0", np.argmax, rules.MAXIMUM))


def min(input: Tensor, dim: Any = None, keepdim: builtins.bool = False) -> Any:
    """The smallest entry; along an axis, (values, indices); of two tensors, the smaller entries."""
    return _extreme(input, dim, keepdim, (rules.MIN, "MinBackward0", np.argmin, rules.MINIMUM))


def _extreme(input: Tensor, dim: Any, keepdim: builtins.bool, how: tuple[Rule, str, Any, Rule]) -> Any:
    of_all, name, places, of_two = how
    if dim is None:
        return input.apply(of_all)
    if isinstance(dim, Tensor):
        return input.apply(of_two, dim)
    axis = _axis(input, dim)
    indices = np.asarray(places(input.array, axis))
    values = input.apply(rules.TAKEN, places=indices, axis=axis, keepdim=keepdim)
    if values.node:
        values.node.name = name
    return Extreme(values, made(np.expand_dims(indices, axis) if keepdim else indices))


def maximum(input: Tensor, other: Tensor) -> Tensor:
    return input.apply(rules.MAXIMUM, other)


def minimum(input: Tensor, other: Tensor) -> Tensor:
    return input.apply(rules.MINIMUM, other)


def argmax(input: Tensor, dim: int | None = None, keepdim: builtins.bool = False) -> Tensor:
    """Where the largest entry is: its place among all, or along an axis."""
    return made(np.asarray(np.argmax(input.array, dim, keepdims=keepdim)))


def argmin(input: Tensor, dim: int | None = None, keepdim: builtins.bool = False) -> Tensor:
    """Where the smallest entry is: its place among all, or along an axis."""
    return made(np.asarray(np.argmin(input.array, dim, keepdims=keepdim)))


def softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    """exp(x) as parts of a whole along an axis."""
    return input.to(dtype or input.dtype).apply(rules.SOFTMAX, axis=_axis(input, dim))


def log_softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    return input.to(dtype or input.dtype).apply(rules.LOG_SOFTMAX, axis=_axis(input, dim))


def clamp(input: Tensor, min: builtins.float | None = None, max: builtins.float | None = None) -> Tensor:
    """Each entry, but at least `min` and at most `max`."""
    low, high = (-np.inf if min is None else min), (np.inf if max is None else max)
    result = input.apply(rules.CLAMP, low=low, high=high)
    return result if result.array.dtype == input.array.dtype else result.to(input.dtype)


def where(condition: Tensor, input: Operand, other: Operand) -> Tensor:
    """The entries of `input` where the condition holds, else those of `other`."""
    if isinstance(input, Tensor):
        return input.apply(rules.WHERE, other, condition=condition.array)
    return made(np.asarray(input, other.array.dtype)).apply(rules.WHERE, other, condition=condition.array)


# ------------------------------------------------------------------------------------------------------------- shapes


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """The same entries in another shape, in the same memory where that is possible."""
    to = shape[0] if isinstance(shape[0], tuple | list) else shape
    try:
        return input.viewed(rules.VIEW, to=tuple(to))
    except RuntimeError:
        raise RuntimeError(f"shape '{list(to)}' is invalid for input of size {input.array.size}") from None


def view(input: Tensor, *shape: Any) -> Tensor:
    """As `reshape`, in the same memory. Raises `RuntimeError` where the entries would have to be copied."""
    result = reshape(input, *shape)
    if input.array.size and result.memory is not input.memory:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        )
    return result


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The axes from one to another as one. What has one axis already is returned as it is."""
    shape, first, last = input.array.shape, _axis(input, start_dim), _axis(input, end_dim)
    return input if first == last and shape else reshape(input, *shape[:first], -1, *shape[last + 1 :])


def t(input: Tensor) -> Tensor:
    """Rows and columns exchanged."""
    return input.viewed(rules.PERMUTE, "TBackward0", to=range(input.array.ndim)[::-1])


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two axes exchanged."""
    to = list(range(input.array.ndim))
    one, other = _axis(input, dim0), _axis(input, dim1)
    to[one], to[other] = other, one
    return input.viewed(rules.PERMUTE, "TransposeBackward0", to=to)


def squeeze(input: Tensor, dim: int | None = None) -> Tensor:
    """Without the axes of length 1, or without that one."""
    shape = input.array.shape
    if dim is None:
        return input.viewed(rules.VIEW, "SqueezeBackward0", to=tuple(n for n in shape if n != 1))
    axis = _axis(input, dim)
    kept = tuple(n for i, n in enumerate(shape) if i != axis or n != 1)
    return input.viewed(rules.VIEW, "SqueezeBackward1", to=kept)


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a new axis of length 1."""
    axis, shape = _axis(input, dim, new=1), input.array.shape
    return input.viewed(rules.VIEW, "UnsqueezeBackward0", to=(*shape[:axis], 1, *shape[axis:]))


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors one behind the other along an axis."""
    axis = _axis(tensors[0], dim)
    rule = rules.joined([one.array.shape[axis] for one in tensors], axis)
    return tensors[0].apply(rule, *tensors[1:])


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape along a new axis."""
    return tensors[0].apply(rules.stacked(len(tensors), _axis(tensors[0], dim, new=1)), *tensors[1:])


# ---------------------------------------------------------------------------------------------------- truth, and kinds


def isnan(input: Tensor) -> Tensor:
    return made(np.asarray(np.isnan(input.array)))


def all(input: Tensor) -> Tensor:
    return made(np.asarray(input.array.all()))


def any(input: Tensor) -> Tensor:
    return made(np.asarray(input.array.any()))


def isfinite(input: Tensor) -> Tensor:
    return made(np.asarray(np.isfinite(input.array)))


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    return input.apply(rules.ROUND_TO, decimals=decimals) if decimals else input.apply(rules.ROUND)


def equal(input: Tensor, other: Tensor) -> builtins.bool:
    """Whether shape and entries are the same."""
    return np.array_equal(input.array, other.array)


def allclose(input: Tensor, other: Tensor, rtol: builtins.float = 1e-5, atol: builtins.float = 1e-8) -> builtins.bool:
    """Whether all entries differ by at most atol + rtol |other|."""
    return np.allclose(input.array, other.array, rtol, atol)


def float(self: Tensor) -> Tensor:
    return self.to(float32)


def double(self: Tensor) -> Tensor:
    return self.to(float64)


def long(self: Tensor) -> Tensor:
    return self.to(int64)


METHODS = """
    abs add all allclose any argmax argmin clamp clone cos div dot equal exp flatten isfinite isnan log log_softmax
    matmul max mean min mm mul neg pow reciprocal relu reshape round sigmoid sin softmax sqrt square squeeze std sub
    sum t tanh transpose unsqueeze var
"""
NAMES = f"{METHODS} cat maximum minimum stack where"  # torch's own functions
for name in f"{METHODS} double float long view".split():
    setattr(Tensor, name, globals()[name])
Tensor.where = lambda self, condition, other: where(condition, self, other)  # type: ignore[attr-defined]
