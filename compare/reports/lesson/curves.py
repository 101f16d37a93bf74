"""What the figures draw, taken from finished comparisons: groups of runs over the same data, curves, loss surfaces."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from compare.agreement.records import Comparison, Number

LARGEST = 1e100  # beyond it squares and powers of ten overflow on the way to a pixel
LARGEST_LOSS = 1e250  # on a log axis, which needs room above but no square


class Bowl(NamedTuple):
    """The loss of one input over (w, b): `L − floor = a (w − w0)² + 2c (w − w0)(b − b0) + (b − b0)²`."""

    a: float  # mean of x²
    c: float  # mean of x
    least: tuple[float, float]  # (w0, b0), the least-squares line
    floor: float  # the loss there


def by_data(comparisons: Sequence[Comparison]) -> list[list[Comparison]]:
    """The comparisons in groups that share `x` and `y`, in the order given."""
    groups: dict[str, list[Comparison]] = {}
    for comparison in comparisons:
        groups.setdefault(repr((comparison.x, comparison.y)), []).append(comparison)
    return list(groups.values())


def has_one_input(comparison: Comparison) -> bool:
    """Is `x` one-dimensional, so that a plane can show the data and the path of (w, b)?"""
    return not isinstance(comparison.x[0], list)


def trains(comparison: Comparison) -> bool:
    """Does the lesson run for more than one epoch?"""
    return len(curve(comparison, "manual", "loss")) > 1


def curve(comparison: Comparison, side: str, quantity: str) -> list[float]:
    """One side's `quantity` by epoch; what is not finite, or too large to be drawn, is NaN, which a line leaves out."""
    largest = LARGEST_LOSS if quantity == "loss" else LARGEST
    return [_number(value, largest) for value in comparison.curves.get(side, {}).get(quantity, [])]


def coincide(curves: Sequence[Sequence[float]], share: float) -> bool:
    """Are they nowhere further apart than that share of their values, and do they end together?"""

    def near(values: tuple[float, ...]) -> bool:
        gone = [math.isnan(value) for value in values]
        return all(gone) or (not any(gone) and max(values) - min(values) <= share * max(map(abs, values)))

    return len(set(map(len, curves))) <= 1 and all(map(near, zip(*curves, strict=True)))


def _number(value: Number, largest: float) -> float:
    return math.nan if value is None or abs(value) > largest else value


def path(comparison: Comparison) -> list[tuple[float, float]]:
    """The finite points (w, b) of the run by hand: one an epoch, and where it ended."""
    pairs = zip(curve(comparison, "manual", "w"), curve(comparison, "manual", "b"), strict=True)
    return [(w, b) for w, b in (*pairs, *_end(comparison)) if math.isfinite(w) and math.isfinite(b)]


def _end(comparison: Comparison) -> list[tuple[float, float]]:
    """Where the last update led, which no epoch shows any more."""
    values = {row.quantity: row.sides["manual"] for row in comparison.rows}
    name = "final" if "w_final" in values else "next"
    w, b = values.get(f"w_{name}"), values.get(f"b_{name}")
    return [] if isinstance(w, list) or isinstance(b, list) else [(_number(w, LARGEST), _number(b, LARGEST))]


def momentum(comparison: Comparison) -> float:
    return float(comparison.options.get("momentum", 0.0))


def momentum_pairs(comparisons: Sequence[Comparison]) -> list[tuple[Comparison, Comparison]]:
    """(plain, with momentum) for each run with momentum that has a plain companion over the same data."""
    pairs = []
    for group in by_data([comparison for comparison in comparisons if trains(comparison)]):
        plain = [comparison for comparison in group if momentum(comparison) == 0]
        pairs += [(_companion(plain, fast), fast) for fast in group if momentum(fast) and plain]
    return pairs


def _companion(plain: Sequence[Comparison], fast: Comparison) -> Comparison:
    """The plain run that shares most with `fast`: its options, and its first loss."""

    def likeness(slow: Comparison) -> tuple[bool, int]:
        same_start = curve(slow, "manual", "loss")[:1] == curve(fast, "manual", "loss")[:1]
        return same_start, sum(slow.options.get(key) == value for key, value in fast.options.items())

    return max(plain, key=likeness)


def bowl(comparison: Comparison) -> Bowl | None:
    """The loss surface from five sums; `None` where every `x` is the same, as no single point is then the lowest."""
    x, y = [float(value) for value in comparison.x if not isinstance(value, list)], comparison.y
    n = len(x)
    c, a, my = sum(x) / n, sum(value * value for value in x) / n, sum(y) / n
    if a - c * c <= 0:
        return None
    w = sum((xi - c) * (yi - my) for xi, yi in zip(x, y, strict=True)) / (n * (a - c * c))
    b = my - w * c
    return Bowl(a, c, (w, b), sum((w * xi + b - yi) ** 2 for xi, yi in zip(x, y, strict=True)) / n)


def above(surface: Bowl, w: float, b: float) -> float:
    """How far the loss at (w, b) lies above its lowest."""
    dw, db = w - surface.least[0], b - surface.least[1]
    return surface.a * dw * dw + 2 * surface.c * dw * db + db * db


def contour(surface: Bowl, height: float, points: int = 72) -> tuple[list[float], list[float]]:
    """The ellipse (w, b) at `height` above the lowest loss.

    Completing the square: `a (dw + c/a db)² + (1 − c²/a) db² = height`, a circle in the two squares.
    """
    radius, narrow = math.sqrt(height), math.sqrt(1 - surface.c**2 / surface.a)
    angles = [2 * math.pi * index / points for index in range(points + 1)]
    db = [radius * math.sin(angle) / narrow for angle in angles]
    tilt, long = surface.c / surface.a, radius / math.sqrt(surface.a)
    w = [surface.least[0] + long * math.cos(angle) - tilt * shift for angle, shift in zip(angles, db, strict=True)]
    return w, [surface.least[1] + shift for shift in db]
