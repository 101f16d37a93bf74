"""Tensors from numbers, lists and arrays."""

from collections.abc import Sequence
from numbers import Rational
from typing import Any

import numpy as np

from manual.autograd.dtypes import DType, float32
from manual.autograd.tensor import Tensor


def tensor(data: Any, *, dtype: DType | None = None, requires_grad: bool = False) -> Tensor:
    """A new tensor with the entries of `data`: a number, nested lists, an array or a tensor.

    Python floats become float32, arrays keep their dtype, Fractions stay exact. Raises `RuntimeError` where integers
    are asked for gradients, `TypeError` for what is no number.
    """
    data = data.array if isinstance(data, Tensor) else data
    array = np.array(data, dtype.numpy if dtype else None)
    exact = array.dtype == object and all(isinstance(entry, Rational) for entry in array.flat)
    if not exact and array.dtype.kind not in "biuf":
        raise TypeError(f"a Tensor holds numbers, not {type(data).__name__}")
    if dtype is None and array.dtype == np.float64 and not _of_numpy(data):
        array = array.astype(np.float32)
    return Tensor(array).requires_grad_(requires_grad)


def FloatTensor(data: Sequence[Any]) -> Tensor:
    """The entries of nested lists or of an array as float32."""
    return tensor(data, dtype=float32)


def zeros(*size: Any, dtype: DType = float32, requires_grad: bool = False) -> Tensor:
    """Zeros of a shape: `zeros(2, 3)` or `zeros((2, 3))`."""
    return Tensor(np.zeros(_shape(size), dtype.numpy)).requires_grad_(requires_grad)


def ones(*size: Any, dtype: DType = float32, requires_grad: bool = False) -> Tensor:
    """Ones of a shape: `ones(2, 3)` or `ones((2, 3))`."""
    return Tensor(np.ones(_shape(size), dtype.numpy)).requires_grad_(requires_grad)


def _shape(size: Sequence[Any]) -> Sequence[int]:
    return size[0] if size and isinstance(size[0], tuple | list) else size


def _of_numpy(data: Any) -> bool:
    """Whether the entries have a dtype of their own: NumPy's have, and a list has its first entry's."""
    while isinstance(data, list | tuple) and data:
        data = data[0]
    return isinstance(data, np.ndarray | np.generic)


