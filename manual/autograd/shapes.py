"""torch's functions that only rearrange: views of the same memory where that is possible, and what is put together."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from manual.autograd import errors, kinds, rules
from manual.autograd.core import operation
from manual.autograd.errors import refusal, refuse
from manual.autograd.kinds import DType
from manual.autograd.tensor import Tensor


def axis_of(input: Tensor, axis: int, new: int = 0) -> int:
    """An axis counted from the front; `new` is 1 where one is put in."""
    ndim = max(input.array.ndim + new, 1)
    refuse(not -ndim <= axis < ndim, "axis", -ndim, ndim - 1, axis)
    return axis % ndim


def listed(given: Sequence[Any]) -> Sequence[Any]:
    """Numbers given one by one, or as one sequence."""
    return given[0] if len(given) == 1 and isinstance(given[0], tuple | list) else given


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """The same entries in another shape, in the same memory where that is possible."""
    to = listed(shape)
    try:
        return input.viewed(rules.VIEW, to=tuple(to))
    except RuntimeError:
        raise refusal("reshape", list(to), input.array.size) from None


def view(input: Tensor, *shape: Any) -> Tensor:
    """As `reshape`, in the same memory. Raises `RuntimeError` where the entries would have to be copied."""
    result = reshape(input, *shape)
    refuse(input.array.size and result.memory is not input.memory, "view")
    return result


def expand(input: Tensor, *size: Any) -> Tensor:
    """The entries repeated along axes of length 1, in the same memory; -1 leaves a length as it is."""
    to = list(listed(size))
    lead = len(to) - input.array.ndim
    to = [input.array.shape[i - lead] if length == -1 and i >= lead else length for i, length in enumerate(to)]
    try:
        return input.viewed(rules.EXPAND, shape=tuple(to))
    except RuntimeError:
        raise errors.unfilled(to, input.array) from None


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The axes from one to another as one. What has one axis already is returned as it is."""
    shape, first, last = input.array.shape, axis_of(input, start_dim), axis_of(input, end_dim)
    return input if first == last and shape else reshape(input, *shape[:first], -1, *shape[last + 1 :])


def turned(input: Tensor, name: str = "") -> Tensor:
    """The axes in reverse: rows and columns exchanged."""
    return input.viewed(rules.PERMUTE, name, to=range(input.array.ndim)[::-1])


def permute(input: Tensor, *dims: Any) -> Tensor:
    """The axes in another order."""
    return input.viewed(rules.PERMUTE, to=[axis_of(input, dim) for dim in listed(dims)])


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two axes exchanged."""
    to, one, other = [*range(input.array.ndim)], axis_of(input, dim0), axis_of(input, dim1)
    to[one], to[other] = other, one
    return input.viewed(rules.PERMUTE, "TransposeBackward0", to=to)


def squeeze(input: Tensor, dim: int | None = None) -> Tensor:
    """Without the axes of length 1, or without that one."""
    axis, shape = None if dim is None else axis_of(input, dim), input.array.shape
    kept = tuple(n for i, n in enumerate(shape) if n != 1 or axis not in (None, i))
    return input.viewed(rules.VIEW, f"SqueezeBackward{int(axis is not None)}", to=kept)


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a new axis of length 1."""
    axis, shape = axis_of(input, dim, new=1), input.array.shape
    return input.viewed(rules.VIEW, "UnsqueezeBackward0", to=(*shape[:axis], 1, *shape[axis:]))


def _of_one_kind(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Tensors in the type that mixing all of them gives."""
    kind = tensors[0].array
    for one in tensors[1:]:
        kind = kinds.promoted(kind, one.array)[0]
    return [one.to(DType(kind.dtype.name)) for one in tensors]


def _joined(name: str, join: Callable[..., Any], tensors: Sequence[Tensor], axis: int, parts: Sequence[Any]) -> Tensor:
    """Tensors in one array, of which each has its own part of the gradient."""
    pulls = [lambda g, part=part: g[(slice(None),) * axis + (part, ...)] for part in parts]
    joined: Tensor = operation(name, lambda *arrays: join(arrays, axis), *pulls)(*tensors)
    return joined


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors one behind the other along an axis. Raises `RuntimeError` where they do not fit."""
    refuse(not tensors, "cat-empty")
    for place, one in enumerate(tensors):
        refuse(not one.array.ndim, "cat-0d", place)
    alike = _of_one_kind(tensors)
    tensors = [one for one in alike if one.array.shape != (0,)] or alike[:1]  # what is empty fits behind everything
    shapes = [one.array.shape for one in tensors]
    axis = axis_of(tensors[0], dim)
    for place, shape in enumerate(shapes):
        refuse(len(shape) != len(shapes[0]), "cat-dims", len(shapes[0]), len(shape))
        for i, (wanted, length) in enumerate(zip(shapes[0], shape, strict=True)):
            refuse(i != axis and wanted != length, "cat-sizes", axis, wanted, length, place)
    ends = np.cumsum([0, *(shape[axis] for shape in shapes)]).tolist()
    return _joined("CatBackward0", np.concatenate, tensors, axis, [*map(slice, ends, ends[1:])])


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape along a new axis. Raises `RuntimeError` where they have not one."""
    refuse(not tensors, "stack-empty")
    for place, one in enumerate(tensors):
        refuse(one.array.shape != tensors[0].array.shape, "stack", list(tensors[0].shape), list(one.shape), place)
    axis = axis_of(tensors[0], dim, new=1)
    return _joined("StackBackward0", np.stack, _of_one_kind(tensors), axis, range(len(tensors)))


def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts along an axis, of that length, the last of what is left; or of those lengths."""
    axis, wanted = axis_of(tensor, dim), split_size_or_sections
    length = tensor.array.shape[axis]
    ends = range(wanted, length + wanted, wanted) if isinstance(wanted, int) else np.cumsum(wanted).tolist()
    cuts = [slice(start, min(end, length)) for start, end in zip([0, *ends], ends, strict=False)]
    name = "Split" if isinstance(wanted, int) else "SplitWithSizes"
    return tuple(tensor.parts([(slice(None),) * axis + (cut, ...) for cut in cuts], name))
