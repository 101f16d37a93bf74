"""How torch rounds: the order of its short sums, and updates rounded once. A lesson's last digits show both.

The order is that of torch on x86-64, whatever machine this is; on 64-bit ARM torch adds in lanes of half the width.
"""

import os
import platform
import sys
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
TORCH_ORDER = {4: (0, 4, 5, 6, 1, 2, 3), 8: (4, 5, 6, 0, 1, 2, 3)}  # by bytes an entry: ATen/native/cpu/SumKernel.cpp


def summed(array: Array) -> Any:
    """The sum of all entries. Fewer than eight are taken in torch's order, which shows in a lesson's last digits."""
    if 4 < array.size < 8 and array.dtype.kind == "f":
        array = array.reshape(-1)[[i for i in TORCH_ORDER[array.itemsize] if i < array.size]]
    return np.add.reduce(array, None)


@cache
def fuses() -> bool:
    """Whether the torch of this machine rounds a · x + y once, as `add(alpha=)` does where the processor can.

    Where torch is loaded it is asked; it is never loaded for this. Else the processor is: torch fuses on 64-bit ARM,
    and on x86-64 with FMA, but not in its Windows build or where `ATEN_CPU_CAPABILITY` forbids it.
    """
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        one, eps = torch.ones(16), torch.full((16,), 2.0**-23)
        product = torch.add(-one, one + eps, alpha=1 - 2.0**-24)  # (1 + 2u)(1 - u) - 1 = u - 2u²: else 0 or 2u
        return bool(product[0] not in (0, 2.0**-23))
    if platform.machine() in ("arm64", "aarch64"):
        return True
    features = getattr(import_module("numpy._core._multiarray_umath"), "__cpu_features__", {})
    forbidden = os.name == "nt" or os.environ.get("ATEN_CPU_CAPABILITY", "").lower() == "default"
    return bool(features.get("FMA3")) and not forbidden


def two_roundings(a: float, x: Array, y: Array) -> Any:
    """a · x + y as NumPy computes it: the product is rounded, and then the sum."""
    return a * x + y


def once_rounded(a: float, x: Array, y: Array) -> Any:
    """a · x + y rounded once, for float32: in float64 the product is exact, and one sum is left to round."""
    if getattr(x, "dtype", None) != np.float32:
        return two_roundings(a, x, y)
    return (np.float64(np.float32(a)) * x + y.astype(np.float64)).astype(np.float32)
