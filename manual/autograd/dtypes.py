"""The element types and the shape of a tensor, printed as torch prints them, and torch's rule for mixing types."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

KINDS = "biufO"  # bool < int < float < exact objects such as Fraction: an operation's result is of the highest kind
TITLES = {"float32": "Float", "float64": "Double", "int64": "Long", "int32": "Int", "bool": "Bool", "uint8": "Byte"}


class DType(NamedTuple):
    """An element type: `torch.float32` and its relatives."""

    name: str

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    @property
    def numpy(self) -> np.dtype[Any]:
        return np.dtype(self.name)

    @property
    def is_floating_point(self) -> bool:
        return self.name.startswith("float")


float32, float64, int32, int64 = DType("float32"), DType("float64"), DType("int32"), DType("int64")
bool_ = DType("bool")


class Size(tuple[int, ...]):
    """A shape."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    def numel(self) -> int:
        """How many entries a tensor of this shape has."""
        return int(np.prod(self))


def promoted(a: NDArray[Any], b: Any) -> list[Any]:
    """An array and another or a Python number, in the type of their result: a float number never widens a tensor.

    The higher kind decides; within one kind a tensor with dimensions decides over a 0-d one, and any over a number.
    """
    if not isinstance(b, np.ndarray):
        return [a.astype(np.float32) if isinstance(b, float) and a.dtype.kind in "biu" else a, b]
    if a.dtype == b.dtype:
        return [a, b]
    dtype = np.promote_types(a.dtype, b.dtype) if _rank(a) == _rank(b) else max(a, b, key=_rank).dtype
    return [a.astype(dtype), b.astype(dtype)]


def title(array: NDArray[Any]) -> str:
    """torch's word for an array's element type in a message: Float, Long, …"""
    return TITLES.get(array.dtype.name, array.dtype.name)


def _rank(array: NDArray[Any]) -> tuple[int, bool]:
    return KINDS.index(array.dtype.kind), array.ndim > 0
