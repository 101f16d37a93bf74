"""torch's arithmetic in NumPy, to the last bit: the order in which it sums, and what it rounds only once.

Two things set torch's run apart from plain NumPy's with one thread. `probe` sees which of them a torch has, in a few
sums and one multiply-add: a processor's name does not tell. On 64-bit ARM torch fuses whatever `ATEN_CPU_CAPABILITY`
says; its Windows build reports AVX512 and does not fuse. Nothing here imports torch.

- its sums. torch 2.13 reads an array as rows of 32 bytes (8 float32 or 4 float64, its lanes; 16 bytes on 64-bit ARM),
  deals the rows out to four sums in turn and adds each of the four up in a cascade of four levels (`multi_row_sum`,
  `row_sum` and `vectorized_inner_sum` in ATen/native/cpu/SumKernel.cpp). `total` does the same.
- its updates. `add(other, alpha=…)` is in most builds a fused multiply-add: a·b + c is rounded once. `fma` is that, by
  rational arithmetic.

Everything here is for one feature: x (n,), w (). Products of a matrix and a vector are left to BLAS libraries, whose
orders are their own.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from manual.sgd import SGD

__all__ = ["Arithmetic", "Before", "Replayed", "fma", "probe", "step", "total", "update"]

Array = NDArray[Any]
INTERLEAVED = 4
LEVELS = 4
LANES = (32, 16, 64)  # bytes that torch's builds add at once, the commonest first
SIZES = (7, 9, 13, 45, 77, 150, 300)  # chosen so that the sums in any two orders differ in two sizes at least
DTYPES = (np.float32, np.float64)


class Arithmetic(NamedTuple):
    """What of torch's arithmetic is taken over; nothing of it is plain NumPy."""

    fused: bool  # updates are rounded once
    lanes: int  # the bytes that a sum in torch's order takes at once; 0: sums are NumPy's own


class Before(NamedTuple):
    """What an update starts from: scalars of one dtype. A buffer that has not started is None."""

    w: Any
    b: Any
    vw: Any
    vb: Any


class Replayed(NamedTuple):
    """One update's numbers, in the order in which they come about. A buffer that has not started is zero."""

    loss: Any
    dw: Any
    db: Any
    vw: Any
    vb: Any
    w: Any
    b: Any


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


def update(x: Array, y: Array, state: Before, sgd: SGD, arithmetic: Arithmetic, trained: Sequence[str]) -> Replayed:
    """One update from `state` on x (n,), y (n,), both float32 or both float64, as `manual.training.train` does it.

    Of the formulas' roundings only those that `arithmetic` names differ from plain NumPy's.
    """
    n = x.dtype.type(len(x))
    summed = partial(total, lanes=arithmetic.lanes) if arithmetic.lanes else np.sum
    with np.errstate(over="ignore", invalid="ignore"):
        r = state.w * x + state.b - y  # (n,)
        dyp = (1 / n) * (2 * r)  # (n,)
        loss, dw, db = summed(r * r) / n, summed(dyp * x), summed(dyp)
        w, vw = step(state.w, dw, state.vw, sgd, arithmetic.fused) if "w" in trained else (state.w, None)
        b, vb = step(state.b, db, state.vb, sgd, arithmetic.fused) if "b" in trained else (state.b, None)
    zero = x.dtype.type(0)
    return Replayed(loss, dw, db, zero if vw is None else vw, zero if vb is None else vb, w, b)


def step(p: Any, dp: Any, v: Any, sgd: SGD, fused: bool) -> tuple[Any, Any]:
    """`torch.optim.SGD`'s update of the scalar p by dp, each `add(alpha=)` in it fused or not: the new p and buffer v.

    torch multiplies the old buffer by the momentum first, which rounds; the options are rounded to p's dtype.
    """
    multiply_add, number = fma if fused else _two_roundings, p.dtype.type
    g = -dp if sgd.maximize else dp
    if sgd.weight_decay:
        g = multiply_add(number(sgd.weight_decay), p, g)
    if sgd.momentum:
        momentum = number(sgd.momentum)
        v = g if v is None else multiply_add(number(1 - sgd.dampening), g, momentum * v)
        g = multiply_add(momentum, v, g) if sgd.nesterov else v
    return multiply_add(number(-sgd.lr), g, p), v


def fma(a: Any, b: Any, c: Any) -> Any:
    """a·b + c rounded once, to nearest with ties to even: NumPy scalars of one dtype, float32 or float64."""
    if not (math.isfinite(a) and math.isfinite(b)):
        return a * b + c
    if not math.isfinite(c):
        return c
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    return nearest(exact, a.dtype.type) if exact else a * b + c  # whose zero has the right sign


def total(v: Array, lanes: int) -> Any:
    """The sum of v (n,), float32 or float64, in the order of `torch.sum` on one thread, `lanes` bytes at once."""
    width = lanes // v.itemsize
    if len(v) < width:
        return _interleaved(v)
    tail = len(v) - len(v) % width
    return _in_turn(np.concatenate([v[tail:], _interleaved(v[:tail].reshape(tail // width, width))]))


def _interleaved(rows: Array) -> Array:
    """The sum over axis 0 by four sums that take the rows in turn; the first takes those left over as well."""
    tail = len(rows) - len(rows) % INTERLEAVED
    sums = cascade(rows[:tail].reshape(tail // INTERLEAVED, INTERLEAVED, *rows.shape[1:]))  # (4, …)
    sums[0] = _in_turn(np.concatenate([sums[:1], rows[tail:]]))
    return _in_turn(sums)


def cascade(rows: Array) -> Array:
    """The sum over axis 0 in blocks of 2^k rows, blocks of blocks, and so on: what is left over waits at its level."""
    block = 2 ** max(4, (len(rows) - 1).bit_length() // LEVELS)
    waiting = []
    for _ in range(LEVELS - 1):
        tail = len(rows) - len(rows) % block
        waiting.append(_in_turn(rows[tail:]))
        rows = _in_turn(rows[:tail].reshape(tail // block, block, *rows.shape[1:]).swapaxes(0, 1))
    return _in_turn(np.array([*waiting, _in_turn(rows)]))


def _in_turn(rows: Array) -> Any:
    """0 + rows[0] + rows[1] + …, one after the other: `accumulate` has to, as it keeps each partial sum."""
    return np.add.accumulate(rows)[-1] + 0 if len(rows) else np.zeros_like(rows, shape=rows.shape[1:])


def nearest(exact: Fraction, number: Any) -> Any:
    """`exact`, not zero, rounded to `number`. Rounding it to odd in float64 first makes float32's rounding right."""
    try:
        value = float(exact)
    except OverflowError:
        return number(math.inf if exact > 0 else -math.inf)
    if number is np.float32 and Fraction(value) != exact and int(math.frexp(value)[0] * 2**53) % 2 == 0:
        value = math.nextafter(value, math.inf if exact > value else -math.inf)
    return number(value)


def _two_roundings(a: Any, b: Any, c: Any) -> Any:
    return a * b + c
