"""What of torch's arithmetic this machine's torch has: seen in a few sums and one multiply-add, never read off a name.

A processor's name does not tell. On 64-bit ARM torch sums in lanes of 16 bytes and fuses whatever
`ATEN_CPU_CAPABILITY` says; its Windows build reports AVX512 and does not fuse. So the operations themselves are asked,
whoever's they are: nothing here imports torch.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compare.agreement.replay import Arithmetic, total

__all__ = ["probe"]

Array = NDArray[Any]
LANES = (32, 16, 64)  # bytes that torch's builds add at once, the commonest first
SIZES = (7, 9, 13, 45, 77, 150, 300)  # chosen so that the sums in any two orders differ in two sizes at least
DTYPES = (np.float32, np.float64)


def probe(summed: Callable[[Array], Any], multiply_add: Callable[[Any, Any, Any], Any]) -> Arithmetic:
    """The arithmetic of `summed(v)`, the sum of v (n,), and of `multiply_add(a, b, c)`, a·b + c of scalars.

    Both are asked in float32 and in float64. Sums in no order known here count as NumPy's own.
    """
    series = [numbers(size, dtype) for size in SIZES for dtype in DTYPES]
    sums = [summed(v) for v in series]
    lanes = (width for width in LANES if all(total(v, width) == s for v, s in zip(series, sums, strict=True)))
    return Arithmetic(fused=all(_rounds_once(multiply_add, dtype) for dtype in DTYPES), lanes=next(lanes, 0))


def numbers(size: int, dtype: Any) -> Array:
    """Of many sizes in no order, so that nearly every addition rounds: the same on every machine."""
    scattered: Array = (np.arange(1, size + 1) * 7919 % 1009).astype(dtype) / dtype(1013)
    return scattered


def _rounds_once(multiply_add: Callable[[Any, Any, Any], Any], dtype: Any) -> bool:
    """With a small enough, the last term of (1 + a)² = 1 + 2a + a² is lost where the product is rounded by itself."""
    a = dtype(np.sqrt(np.finfo(dtype).eps)) / 2
    return bool(multiply_add(1 + a, 1 + a, -(1 + 2 * a)) != 0)
