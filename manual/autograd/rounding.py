"""How torch rounds: the order of its short sums, functions and updates rounded once. A lesson's last digits show it.

The order is that of torch on x86-64, whatever machine this is; on 64-bit ARM torch adds in lanes of half the width.
"""

import os
import platform
import sys
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
LANES, WAYS, BLOCK = 32, 4, 16  # torch adds so many bytes at once in so many sums: ATen/native/cpu/SumKernel.cpp
LARGE = 2**14  # entries, from which the doubles cost more than all else


def summed(array: Array, axis: tuple[int, ...] | None = None, keepdims: bool = False) -> Any:
    """The sum of all entries, or along axes. Short sums are in torch's order, which shows in a lesson's last digits."""
    if array.dtype.kind == "f" and array.size > 4:
        width, last = LANES // array.itemsize, array.ndim - 1
        if axis is None and array.size < width * WAYS * BLOCK:
            return _along_rows(array.reshape(1, -1), width)[0]
        if axis == (0,) and last == 1 and len(array) < WAYS * BLOCK:
            down = _down_columns(array, width) if array.shape[1] > 1 else _along_rows(array.T, width)
            return down.reshape((1, -1) if keepdims else -1)
        if axis == (last,) and last < 2 and array.shape[last] < width * WAYS * BLOCK:
            along = _along_rows(array.reshape(-1, array.shape[last]), width)
            return along.reshape(array.shape[:last] + (1,) * keepdims)
    total: Any = np.add.reduce(array, axis, keepdims=keepdims)  # type: ignore[call-overload]
    return total


def _along_rows(v: Array, width: int) -> Any:
    """The sums of the rows (k, n): by lanes; then what is left over at the end and the lanes, one after the other."""
    if v.shape[1] < width:
        return _dealt(v.T)
    whole = v.shape[1] - v.shape[1] % width
    lanes = _dealt(v[:, :whole].reshape(len(v), -1, width).swapaxes(0, 1))  # (k, width)
    return np.add.accumulate(np.concatenate([v[:, whole:], lanes], 1), 1)[:, -1]


def _down_columns(v: Array, width: int) -> Any:
    """The sums of the columns: those that fill four lanes go by the rows in turn, the others are dealt."""
    whole = v.shape[1] - v.shape[1] % (WAYS * (width if v.shape[1] >= width else 1))
    return np.concatenate([np.add.reduce(v[:, :whole]), _dealt(v[:, whole:])])


def _dealt(rows: Array) -> Any:
    """The sum over axis 0 by four sums that take the rows in turn; the first takes those left over as well."""
    whole = len(rows) - len(rows) % WAYS
    sums = np.add.reduce(rows[:whole].reshape(whole // WAYS, WAYS, *rows.shape[1:]))
    for row in rows[whole:]:
        sums[0] += row
    return np.add.reduce(sums)


def rounded(function: Any) -> Any:
    """exp, log and their like, for float32 found in float64 and rounded once: so torch's vector functions nearly always
    round, and NumPy's own are a unit off in every third entry. From `LARGE` entries on they are taken all the same.
    """

    def of(array: Any, *others: Any) -> Any:
        if getattr(array, "dtype", None) != np.float32 or array.size >= LARGE:
            return function(array, *others)
        return function(array, *others, dtype=np.float64).astype(np.float32)

    return of


def masked(g: Array, shut: Array, zero: Any) -> Any:
    """g, but zero where `shut`. Large arrays as a product, in a tenth of the time, unless that would make 0 · ∞."""
    if g.size >= LARGE:
        product = g * ~shut
        if np.isfinite(np.add.reduce(product, None)):
            return product
    return np.where(shut, zero, g)


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
    forbidden = os.name == "nt" or os.environ.get("ATEN_CPU_CAPABILITY") == "default"
    return bool(features.get("FMA3")) and not forbidden


@lru_cache
def single(a: float) -> np.float64:
    """The float32 nearest to a, as a float64."""
    return np.float64(np.float32(a))


def two_roundings(a: float, x: Array, y: Array) -> Any:
    """a · x + y as NumPy computes it: the product is rounded, and then the sum."""
    return a * x + y


def once_rounded(a: float, x: Array, y: Array) -> Any:
    """a · x + y rounded once, for float32: in float64 the product is exact, and one sum is left to round."""
    if getattr(x, "dtype", None) != np.float32:
        return two_roundings(a, x, y)
    return (single(a) * x + y).astype(np.float32)


def multiply_add(a: float, x: Array, y: Array) -> Any:
    """a · x + y as the torch of this machine rounds it."""
    return (once_rounded if fuses() else two_roundings)(a, x, y)
