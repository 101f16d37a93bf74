"""Tensors from numbers, lists and arrays."""

import math
from collections.abc import Sequence
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import NDArray

from manual.autograd.device import device as as_device
from manual.autograd.dtypes import DType, Size, float32
from manual.autograd.tensor import Tensor, made


def finished(array: NDArray[Any], requires_grad: bool, device: Any = None) -> Tensor:
    """The new tensor of an array, on the one device that there is."""
    if device is not None:
        as_device(device)
    return made(array).requires_grad_(requires_grad)


def tensor(data: Any, *, dtype: DType | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A new tensor with the entries of `data`: a number, nested lists, an array or a tensor.

    Python floats become float32, arrays keep their dtype, Fractions stay exact. Raises `RuntimeError` where integers
    are asked for gradients, `TypeError` for what is no number, `ValueError` for lists of different lengths.
    """
    data = _bare(data)
    try:
        array = np.array(data, dtype.numpy if dtype else None)
    except ValueError:
        _even(data)
        raise
    if array.dtype.kind not in "biuf":
        _refuse(np.array(data, object))
    if dtype is None and array.dtype == np.float64 and not _of_numpy(data):
        array = array.astype(np.float32)
    return finished(array, requires_grad, device)


def as_tensor(data: Any, dtype: DType | None = None) -> Tensor:
    """A tensor as it is, an array's own memory, or a new tensor."""
    if isinstance(data, Tensor):
        return data.to(dtype or data.dtype)
    return from_numpy(data).to(dtype=dtype) if isinstance(data, np.ndarray) else tensor(data, dtype=dtype)


def from_numpy(array: Any) -> Tensor:
    """A tensor that shares the array's memory."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    return made(array)


def FloatTensor(*data: Any) -> Tensor:
    """The entries of nested lists or of an array as float32; `FloatTensor(2, 3)` has that size."""
    return Tensor(*data)


def LongTensor(*data: Any) -> Tensor:
    """The entries of nested lists or of an array as int64."""
    return made(np.array(_bare(data[0]), np.int64)) if len(data) == 1 else Tensor(*data).to(DType("int64"))


def zeros(*size: Any, dtype: DType = float32, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of a shape: `zeros(2, 3)` or `zeros((2, 3))`."""
    return finished(np.zeros(shape(size, "zeros"), dtype.numpy), requires_grad, device)


def ones(*size: Any, dtype: DType = float32, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of a shape: `ones(2, 3)` or `ones((2, 3))`."""
    return finished(np.ones(shape(size, "ones"), dtype.numpy), requires_grad, device)


def empty(*size: Any, dtype: DType = float32, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor to be filled. torch leaves there what the memory holds; here they are zeros."""
    return zeros(*size, dtype=dtype, device=device, requires_grad=requires_grad)


def full(size: Sequence[int], fill_value: Any, *, dtype: DType | None = None, requires_grad: bool = False) -> Tensor:
    """The same number everywhere."""
    filled = np.full(tuple(size), tensor(fill_value, dtype=dtype).array)
    return made(filled).requires_grad_(requires_grad)


def zeros_like(input: Tensor, *, dtype: DType | None = None, requires_grad: bool = False) -> Tensor:
    return zeros(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def ones_like(input: Tensor, *, dtype: DType | None = None, requires_grad: bool = False) -> Tensor:
    return ones(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def eye(n: int, m: int | None = None, *, dtype: DType = float32) -> Tensor:
    return made(np.eye(n, m, dtype=dtype.numpy))


def arange(
    start: Any, end: Any = None, step: Any = 1, *, dtype: DType | None = None, requires_grad: bool = False
) -> Tensor:
    """start, start + step, … below `end`; integers where all three are. Each entry is start + i · step in float64."""
    start, end = (0, start) if end is None else (start, end)
    start, end, step = map(_bare, (start, end, step))
    if dtype is None:
        dtype = DType("int64") if all(isinstance(one, int) for one in (start, end, step)) else float32
    entries = start + np.arange(max(math.ceil((end - start) / step), 0)) * step
    return made(entries.astype(dtype.numpy)).requires_grad_(requires_grad)


def linspace(start: float, end: float, steps: int, *, dtype: DType = float32, requires_grad: bool = False) -> Tensor:
    """`steps` numbers from `start` to `end`. As in torch, the second half is counted back from the end."""
    kind = dtype.numpy.type
    step = (kind(end) - kind(start)) / kind(max(steps - 1, 1))
    i = np.arange(steps)
    entries = np.where(
        i < steps // 2, kind(start) + step * i.astype(kind), kind(end) - step * (steps - 1 - i).astype(kind)
    )
    return made(entries.astype(kind)).requires_grad_(requires_grad)


def shape(size: Sequence[Any], name: str) -> tuple[int, ...]:
    """The shape given as numbers or as one sequence. Raises `TypeError` and `RuntimeError` for what is none."""
    lengths = tuple(size[0] if size and isinstance(size[0], tuple | list) else size)
    for length in lengths:
        if not isinstance(length, int | np.integer):
            kind = type(length).__name__
            raise TypeError(f"{name}(): argument 'size' (position 1) must be tuple of ints, not {kind}")
        if length < 0:
            raise RuntimeError(f"{name}: Dimension size must be non-negative.")
    return Size(lengths)


def _bare(data: Any) -> Any:
    """Without tensors: their arrays, and within lists the numbers of those that hold one."""
    if isinstance(data, Tensor):
        return data.array if data.array.ndim else data.array[()]
    return [_bare(entry) for entry in data] if isinstance(data, list | tuple) else data


def _refuse(entries: NDArray[Any]) -> None:
    """Raise torch's words for the first entry that is no number; Fractions are numbers here."""
    for entry in entries.flat:
        if isinstance(entry, str | np.str_):
            many = entries.ndim > 0
            raise ValueError("too many dimensions 'str'") if many else TypeError("new(): invalid data type 'str'")
        if not isinstance(entry, Rational | float | np.number):
            kind = type(entry).__name__
            raise RuntimeError(f"Could not infer dtype of {kind}")


def _even(data: Any) -> None:
    """Raise torch's words for the first list that is not as long as those before it at its depth."""
    lengths, first, level = [], data, [data]
    while isinstance(first, list | tuple):
        lengths.append(len(first))
        first = first[0] if first else None
    for depth, length in enumerate(lengths):
        for row in level:
            if len(row) != length:
                raise ValueError(f"expected sequence of length {length} at dim {depth} (got {len(row)})")
        level = [entry for row in level for entry in row if isinstance(entry, list | tuple)]


def _of_numpy(data: Any) -> bool:
    """Whether the entries have a dtype of their own: NumPy's have, and a list has its first entry's."""
    while isinstance(data, list | tuple) and data:
        data = data[0]
    return isinstance(data, np.ndarray | np.generic)


NAMES = """
    FloatTensor LongTensor arange as_tensor empty eye from_numpy full linspace ones ones_like tensor zeros zeros_like
"""
