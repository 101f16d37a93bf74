"""What a tensor shows of itself, in torch's words."""

from typing import Any

import numpy as np

from manual.autograd import printing
from manual.autograd.dtypes import DType, Size
from manual.autograd.operations import Operations

EVIDENT = ("float32", "int64", "bool")  # the dtypes that torch does not print: the entries show them


class Face(Operations):
    """Its dtype and shape, its entries as Python and NumPy numbers, and its text."""

    @property
    def dtype(self) -> DType:
        return DType(self.array.dtype.name)

    @property
    def shape(self) -> Size:
        return Size(self.array.shape)

    @property
    def ndim(self) -> int:
        return self.array.ndim

    def dim(self) -> int:
        return self.array.ndim

    def size(self, dim: int | None = None) -> Any:
        return self.shape if dim is None else self.shape[dim]

    def numel(self) -> int:
        return self.array.size

    def __len__(self) -> int:
        if not self.array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self.array)

    def numpy(self) -> Any:
        """The array itself, not a copy. Raises `RuntimeError` where a gradient may be asked of the tensor."""
        if self.trained or self.node:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self.array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.numpy(), dtype, copy=copy)

    def item(self) -> Any:
        """The one entry as a Python number. Raises `RuntimeError` where there is not exactly one."""
        if self.array.size != 1:
            raise RuntimeError(f"a Tensor with {self.array.size} elements cannot be converted to Scalar")
        return self.array.item()

    def tolist(self) -> Any:
        return self.array.tolist()

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __bool__(self) -> bool:
        if self.array.size != 1:
            raise RuntimeError(f"Boolean value of Tensor with {self.array.size} values is ambiguous")
        return bool(self.item())

    def __repr__(self) -> str:
        evident = EVIDENT if self.array.size else EVIDENT[:1]
        suffixes = [] if self.array.dtype.name in evident else [f"dtype={self.dtype}"]
        if self.node:
            suffixes.append(f"grad_fn=<{self.node.name}>")
        elif self.trained:
            suffixes.append("requires_grad=True")
        return printing.text(self.array, suffixes)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.array.ndim == 0 else object.__format__(self, spec)
