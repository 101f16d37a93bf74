"""Who competes at the one pass over the data, and what the machine itself needs.

A pass gives the least-squares line (w, b), which follows from the five sums. How far rounding may take it: the sums are
off by γₘ n √(mean x² mean y²) and the like (any order of summation, m = n + 12), so w = Sxy/Sxx and b = ȳ - w x̄ by at
most 8 γₘ (1 + |w|)(1 + |x̄| + √mean y²)(mean x² + √(mean x² mean y²) + 1)/(Sxx/n), as long as γₘ is small against
(Sxx/n)/mean x², which holds for the benchmark's centred data.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from compare.speed.problem import DataSet
from compare.truth.rounding import PRECISIONS, gamma

Pass: TypeAlias = Callable[[], tuple[float, float]]


def line(n: int, sx: float, sy: float, sxx: float, sxy: float) -> tuple[float, float]:
    """The least-squares line from sums about zero."""
    slope = (sxy - sx * sy / n) / (sxx - sx * sx / n)
    return slope, (sy - slope * sx) / n


def statistics(x: Any, y: Any) -> Pass:
    from manual.statistics import measure

    def run() -> tuple[float, float]:
        s = measure(x, y)
        slope = s.sxy / s.sxx
        return slope, s.mean_y - slope * s.mean_x

    return run


def five_dots(x: Any, y: Any) -> Pass:
    ones = np.ones_like(x)

    def run() -> tuple[float, float]:
        sx, sy, sxx, sxy, _ = map(float, (x.dot(ones), y.dot(ones), x.dot(x), x.dot(y), y.dot(y)))
        return line(len(x), sx, sy, sxx, sxy)

    return run


def numba_pass(x: Any, y: Any) -> Pass:
    import numba

    @numba.njit(fastmath=True)
    def sums(x, y):  # type: ignore[no-untyped-def]
        sx = sy = sxx = sxy = syy = 0.0
        for i in range(len(x)):
            sx += x[i]
            sy += y[i]
            sxx += x[i] * x[i]
            sxy += x[i] * y[i]
            syy += y[i] * y[i]
        return sx, sy, sxx, sxy, syy

    return lambda: line(len(x), *sums(x, y)[:4])


def scikit_learn(x: Any, y: Any) -> Pass:
    from sklearn.linear_model import LinearRegression

    def run() -> tuple[float, float]:
        model = LinearRegression().fit(x[:, None], y)
        return float(model.coef_[0]), float(model.intercept_)

    return run


PASS_CONTENDERS: Mapping[str, Callable[[Any, Any], Pass]] = {
    "manual statistics": statistics,
    "NumPy, five dots": five_dots,
    "numba": numba_pass,
    "scikit-learn": scikit_learn,
}


def answer(data: DataSet) -> tuple[float, float]:
    """The exact least-squares line."""
    mx, my, mxx, mxy, _ = data.sums
    slope = (mxy - mx * my) / (mxx - mx * mx)
    return float(slope), float(my - slope * mx)


def bound(data: DataSet) -> float | None:
    """How far rounding in the data's own precision may take a pass; None where γ says nothing."""
    mx, _, mxx, _, myy = map(float, data.sums)
    g = gamma(data.n + 12, PRECISIONS[data.dtype].u)
    spread = mxx - mx * mx
    if not 8 * g * mxx < spread:
        return None
    size = (1 + abs(answer(data)[0])) * (1 + abs(mx) + myy**0.5) * (mxx + (mxx * myy) ** 0.5 + 1)
    return 8 * g * size / spread


def read(x: Any, y: Any) -> Callable[[], object]:
    """The fastest way NumPy has to read x and y once: a dot product, two loads and one fused operation a pair.

    Of float32 two numbers are read as one double: only the bytes count here.
    """
    x, y = (values[: len(values) // 2 * 2].view(np.float64) if values.itemsize == 4 else values for values in (x, y))
    return lambda: x.dot(y)


def recurrence(steps: int) -> Callable[[], object]:
    """The least that a Python loop can do: one float of state, one multiplication, one addition."""

    def run() -> float:
        w = 0.0
        for _ in range(steps):
            w = w * 0.75 + 0.5
        return w

    return run
