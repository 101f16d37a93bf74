"""The data that every contender trains on, the true answer after any number of updates, and how far rounding may lead.

x and y are multiples of 1/256 below 8, and the learning rate is 1/8: exact in float32 and float64. So are the five sums
in float64, up to 10⁷ rows and in any order: products are multiples of 2⁻¹⁶ below 2⁶, and 2⁶ · 10⁷ · 2¹⁶ < 2⁵³. From
them the exact run follows in rationals, at no cost that grows with n.

**The bound.** One update of a program in unit roundoff u, from its own state (w, b), adds to the exact update at most

    δ = lr γₙ₊₁₂ √(gw² + gb²) + 4u (|w| + |b|),   gw = 2 mean(|x|(|w x| + |b| + |y|)),   gb the same without |x|:

n products in any order of summation, twelve roundings beside them. The exact update moves differences by I - lr H, of
norm at most 1 as lr <= 2/λmax: so after k updates the error is at most k δ, with w, b at their largest on the way.
These are taken twice as large as in the exact run; where k δ is no larger than they are there, that was enough
(induction; the start is exact). Means of absolute values are at most the roots of mean squares (Cauchy-Schwarz), so
the five sums serve again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from compare.truth import exact
from compare.truth.rounding import PRECISIONS, gamma

Runner: TypeAlias = Callable[[int], tuple[float, float]]  # of a contender: updates -> (w, b)

LR = 0.125
STEPS = 201


@dataclass(frozen=True)
class DataSet:
    """n rows, and the exact run of full-batch gradient descent from w = b = 0."""

    x: NDArray[Any]  # (n,), as is y; float32 or float64
    y: NDArray[Any]

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def dtype(self) -> str:
        return str(self.y.dtype)

    @cached_property
    def sums(self) -> tuple[Fraction, ...]:
        """Exact means of x, y, x², xy and y²."""
        x, y = self.x.astype(float), self.y.astype(float)
        return tuple(Fraction(float(total)) / self.n for total in (x.sum(), y.sum(), x @ x, x @ y, y @ y))

    @cached_property
    def path(self) -> NDArray[np.float64]:
        """The exact (w, b) after 0 … STEPS updates, as nearest doubles, (STEPS + 1, 2)."""
        mx, my, mxx, mxy, _ = self.sums
        rows = ((2 * mxx, 2 * mx, -2 * mxy), (2 * mx, Fraction(2), -2 * my))
        step = exact.step_matrix(rows, {"lr": Fraction(LR)}, (True, True), first=False)
        states = exact.trajectory([step] * STEPS, exact.ratio((0, 0, 0, 0, 1)))
        return np.array([state.floats()[:2] for state in states])

    def bound(self, updates: int) -> float | None:
        """How far (w, b) may be from the exact run after so many updates; None where the bound is no bound."""
        u = PRECISIONS[self.dtype].u
        w, b = 2 * np.abs(self.path[:updates]).max(axis=0)  # before each update
        after = np.abs(self.path[: updates + 1]).max(axis=0)
        x, y = float(self.sums[2]) ** 0.5, float(self.sums[4]) ** 0.5
        slope = 2 * np.hypot(w * x * x + (b + y) * x, w * x + b + y)
        error = updates * (LR * gamma(self.n + 12, u) * slope + 4 * u * 2 * after.sum())
        return float(error) if error <= after.min() else None

    def error(self, answer: tuple[float, float], updates: int) -> float:
        """How far an answer is from the exact one."""
        return float(np.hypot(*(np.asarray(answer, float) - self.path[updates])))


def data_set(n: int, dtype: str) -> DataSet:
    """The n rows that every run of the benchmark has."""
    random = np.random.default_rng(n)
    x = random.integers(-512, 513, n) / 256
    y = np.round((1.5 * x + 0.5) * 256 + random.integers(-128, 129, n)) / 256
    return DataSet(x.astype(dtype), y.astype(dtype))
