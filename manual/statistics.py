"""The same gradients from five sums: what a derivation by hand can see, and automatic differentiation cannot.

Write the residual from the means x̄, ȳ: rᵢ = w xᵢ + b - yᵢ = w (xᵢ - x̄) - (yᵢ - ȳ) + e, with e = w x̄ + b - ȳ. The
centred parts sum to zero, so their products with the constant e vanish, and of the data five numbers (and n) are left:

    loss = mean(r²)   = (w² Sxx - 2 w Sxy + Syy)/n + e²         Sxx = Σ (xᵢ - x̄)²
    dw   = 2 mean(r x) = 2 (w Sxx - Sxy)/n + 2 e x̄               Sxy = Σ (xᵢ - x̄)(yᵢ - ȳ)
    db   = 2 mean(r)   = 2 e                                     Syy = Σ (yᵢ - ȳ)²

x̄, ȳ, Sxx, Sxy, Syy hold the same as Σx, Σy, Σx², Σxy, Σy², but keep their digits when the data lie far from zero. With
d features w, x̄ and Sxy are (d,) and Sxx is (d, d). One pass over the data; after it a step costs the same for every n.

**The pass.** The rows go by in blocks that fit the processor's cache, each less a shift c, f so that small numbers are
multiplied. The sums of sixteen blocks, m rows, are centred at once:

    Sxy = Σ (x - c)(y - f) - Σ(x - c) Σ(y - f) / m,    x̄ = c + Σ(x - c) / m      (the same for every c, f)

The shift is the mean of the rows before (at first of the first block), or zero, and so no subtraction, where that costs
at most one bit: mean² <= variance. Parts, and chunks of any size, merge (Chan, Golub and LeVeque 1979) with
δ = x̄₂ - x̄₁, ε = ȳ₂ - ȳ₁, n = n₁ + n₂:

    x̄ = x̄₁ + δ n₂/n          Sxy = Sxy₁ + Sxy₂ + δ ε n₁ n₂/n

**Its error.** Let u = 2⁻⁵³, γₖ = ku/(1 - ku), X = max|x|, W = max x - min x. No value lies further from its shift than
V = 2W + γₘX (a mean of rows lies among them, up to its own rounding; zero, where it is the shift, lies no further than
the standard deviation, at most W/2, from such a mean). A sum of m values in any order costs γₘ₋₁, so in one part
|Δ Σ(x - c)| <= γₘ m V and |Δ Σ(x - c)(y - f)| <= γₘ₊₂ m V V′; the correction costs γ₂ₘ₊₂ m V V′, their difference u
more. If no row takes part in more than h merges (h <= 2 log₂ of the number of parts), then, as a merge adds at most
3u|δ| + u|x̄| to the error of a mean, |δ| <= 2X and n₁n₂/n <= n/4:

    |Δx̄|   <= εx = γₘ₊₂ V + γ₈ₕ₊₁ X
    |ΔSxy| <= n (γ₃ₘ₊₆ₕ₊₉ V V′ + h (εx V′ + εy V + 3 εx εy))        (V′ is y's V; the same for Sxx, Syy)

An offset enters through X alone, in the rounding of the means: it costs Sxx no digit that the data still had. (Products
that underflow, below 2⁻¹⁰²², are left out.)
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Statistics", "gradients", "measure", "measure_chunks", "merge", "mse"]

BLOCK = 2**15  # numbers of x in a block: 256 KB, so that blocks of x and y and their shifted copies fit a 1 MB cache
PART = 16  # blocks summed with one shift: centring costs as much as a block, so it is done once in sixteen


class Statistics(NamedTuple):
    """What the mean squared error knows of its data, in float64: n, the means, and the centred sums of products."""

    n: int
    mean_x: Any  # () or (d,)
    mean_y: Any  # ()
    sxx: Any  # () or (d, d)
    sxy: Any  # () or (d,)
    syy: Any  # ()


def mse(s: Statistics, w: Any, b: Any) -> Any:
    """The loss at w, () or (d,), and b, (); at many points at once with one leading axis on both.

    A mean of squares: where rounding would make it negative, zero.
    """
    e = np.dot(w, s.mean_x) + b - s.mean_y
    squares = w * (np.dot(w, s.sxx) - 2 * s.sxy)
    squares = squares.sum(axis=-1) if np.ndim(s.sxy) else squares
    return np.maximum((squares + s.syy) / s.n, 0.0) + e * e


def gradients(s: Statistics, w: Any, b: Any) -> tuple[Any, Any]:
    """(dw, db) at w, () or (d,), and b, (), of their shapes; many points at once as `mse`. O(1) in n, O(d²) in d."""
    e = np.dot(w, s.mean_x) + b - s.mean_y
    return 2 * (np.dot(w, s.sxx) - s.sxy) / s.n + np.multiply.outer(2 * e, s.mean_x), 2 * e


def measure(x: ArrayLike, y: ArrayLike) -> Statistics:
    """The statistics of x, (n,) or (n, d), and y, (n,): one pass, in blocks that stay in the processor's cache.

    Integers, float32 and float64 of any layout, all summed in float64. Either may be a memory map.
    Raises `ValueError` with the shapes where they do not fit, and where a value is not finite or too large to square.
    """
    return _total(_parts(*_checked(np.asarray(x), np.asarray(y))))


def measure_chunks(chunks: Iterable[tuple[ArrayLike, ArrayLike]]) -> Statistics:
    """The statistics of an iterator of (x, y) chunks, each as for `measure`; only one chunk is held at a time."""
    return _total(measure(x, y) for x, y in chunks)


def merge(one: Statistics, two: Statistics) -> Statistics:
    """The statistics of two sets of rows together."""
    n = one.n + two.n
    dx, dy = two.mean_x - one.mean_x, two.mean_y - one.mean_y
    share, weight = two.n / n, one.n * two.n / n
    return Statistics(
        n,
        one.mean_x + dx * share,
        one.mean_y + dy * share,
        one.sxx + two.sxx + _outer(dx) * weight,
        one.sxy + two.sxy + dx * dy * weight,
        one.syy + two.syy + dy * dy * weight,
    )


def _total(parts: Iterable[Statistics]) -> Statistics:
    """Merge like sizes first, as in a tree, so that no row takes part in many merges."""
    stack: list[Statistics] = []
    for part in parts:
        stack.append(part)
        while len(stack) > 1 and stack[-2].n <= stack[-1].n:
            stack[-2:] = [merge(*stack[-2:])]
    if not stack:
        raise ValueError("expected at least one chunk of rows; got none")
    while len(stack) > 1:
        stack[-2:] = [merge(*stack[-2:])]
    if not (np.isfinite(stack[0].sxx).all() and np.isfinite(stack[0].syy)):
        raise ValueError("x or y holds a value that is not finite, or too large to square")
    return stack[0]


def _parts(x: NDArray[Any], y: NDArray[Any]) -> Iterator[Statistics]:
    rows = max(1, BLOCK // x[0].size)
    room = np.empty((rows, *x.shape[1:])), np.empty(rows), np.ones(rows)  # the working set, allocated once
    shift = x[:rows].mean(axis=0, dtype=float), y[:rows].mean(dtype=float)
    for start in range(0, len(y), PART * rows):
        rows_of_part = slice(start, start + PART * rows)
        part = _part(x[rows_of_part], y[rows_of_part], shift, room)
        yield part
        shift = _useful(part.mean_x, part.sxx, part.n), _useful(part.mean_y, part.syy, part.n)


def _part(x: NDArray[Any], y: NDArray[Any], shift: tuple[Any, Any], room: tuple[NDArray[Any], ...]) -> Statistics:
    (c, f), (x_room, y_room, ones), n = shift, room, len(y)
    x_as_it_is, y_as_it_is = (a.dtype == np.float64 and not np.any(s) for a, s in ((x, c), (y, f)))
    sx, sy, xx, xy, yy = 0.0, 0.0, 0.0, 0.0, 0.0
    for start in range(0, n, len(ones)):
        u, v = x[start : start + len(ones)], y[start : start + len(ones)]
        m = len(v)
        u = u if x_as_it_is else np.subtract(u, c, out=x_room[:m])
        v = v if y_as_it_is else np.subtract(v, f, out=y_room[:m])
        xy = xy + u.T.dot(v)  # the first to touch the block reads x and y together
        xx, yy = xx + u.T.dot(u), yy + v.dot(v)
        sx, sy = sx + ones[:m].dot(u), sy + ones[:m].dot(v)  # a product with ones: twice as fast as np.sum
    return Statistics(n, c + sx / n, f + sy / n, xx - _outer(sx) / n, xy - sx * sy / n, yy - sy * sy / n)


def _useful(mean: Any, squares: Any, n: int) -> Any:
    """The mean as the next shift, or zero, which is not subtracted at all, where that loses at most one bit."""
    variance = (squares.diagonal() if np.ndim(mean) else squares) / n
    return 0.0 * mean if np.all(mean * mean <= variance) else mean


def _outer(a: Any) -> Any:
    return np.multiply.outer(a, a)


def _checked(x: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    if x.ndim not in (1, 2) or x.shape[:1] != y.shape or x.size == 0:
        raise ValueError(f"expected x (n,) or (n, d) and y (n,), at least one row; got x {x.shape}, y {y.shape}")
    for name, array in (("x", x), ("y", y)):
        if array.dtype.kind not in "iuf":
            raise ValueError(f"{name} must hold real numbers; got {array.dtype}, shape {array.shape}")
    return x, y
