"""The element types, shape and place of a tensor, printed as torch prints them, and torch's rule for mixing types."""

from math import prod
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from manual.autograd.errors import refuse

KINDS = {"b": 0, "i": 1, "u": 1, "f": 2, "O": 3}  # bool, int, float, exact objects: a result is of the highest kind


class DType(NamedTuple):
    """An element type: `torch.float32` and its relatives."""

    name: str

    @property
    def numpy(self) -> np.dtype[Any]:
        return np.dtype(self.name)

    @property
    def is_floating_point(self) -> bool:
        return self.name.startswith("float")

    def __repr__(self) -> str:
        return f"torch.{self.name}"


float32, float64, int32, int64, uint8 = map(DType, ("float32", "float64", "int32", "int64", "uint8"))
bool_ = DType("bool")


class Size(tuple[int, ...]):
    """A shape."""

    __slots__ = ()

    def numel(self) -> int:
        """How many entries a tensor of this shape has."""
        return prod(self)

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


class Device(NamedTuple):
    """Where a tensor lives: always the CPU. A program may ask for more and is told that there is none."""

    type: str

    def __repr__(self) -> str:
        return f"device(type={self.type!r})"

    def __str__(self) -> str:
        return self.type


CPU = Device("cpu")
cuda = SimpleNamespace(is_available=lambda: False, device_count=lambda: 0)  # as on a machine without a graphics card


def device(name: "str | Device") -> Device:
    """`torch.device("cpu")`. Raises `RuntimeError` for any other, which this engine does not have."""
    refuse(str(name) != "cpu", "device", name)
    return CPU


def promoted(a: NDArray[Any], b: Any) -> list[Any]:
    """An array and another or a Python number, in the type of their result: a float number never widens a tensor.

    The higher kind decides; within one kind a tensor with dimensions decides over a 0-d one, and any over a number.
    """
    if not isinstance(b, np.ndarray):
        return [a.astype(np.float32) if isinstance(b, float) and a.dtype.kind in "biu" else a, b]
    if a.dtype == b.dtype:
        return [a, b]
    first, second = ((KINDS[one.dtype.kind], one.ndim > 0) for one in (a, b))
    dtype = np.promote_types(a.dtype, b.dtype) if first == second else (a if first > second else b).dtype
    return [a.astype(dtype), b.astype(dtype)]
