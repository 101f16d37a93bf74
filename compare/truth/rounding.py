"""How far rounding may carry a correct program from the truth.

The standard model: every operation returns its exact result times (1 + δ) with |δ| ≤ u, the unit roundoff, and where
the result underflows, plus at most half the smallest subnormal number. k factors (1 + δ) make at most 1 + γ_k,

    γ_k = k u / (1 - k u)        (Higham, Accuracy and Stability of Numerical Algorithms, Lemma 3.1)

So a value that is a sum of products, each reached by at most k roundings, is off by at most γ_k times the sum of the
products' absolute values, whatever the order of summation. Counting the roundings on the longest path is all that the
bounds below do; k0 counts those by which the data came into the program's dtype.

    r = x w + b - y    x: k0, times w: 1, d - 1 sums, + b: 1, - y: 1
                       |error| ≤ γ_{k0 + d + 2} (|x| |w| + |b| + |y|) =: ρ
    loss = Σ r² / n    square: 1, n - 1 sums, 1/n and times: 2
                       |error| ≤ (1/n) Σ (2 |r| ρ + ρ²) + γ_{n + 2} (1/n) Σ (|r| + ρ)²
    dw = Σ (1/n) 2r x  1/n: 1, times: 1, x: k0 + 1, n - 1 sums;    db the same with x = 1
                       |error| ≤ (2/n) Σ |x| ρ + γ_{n + 2 + k0} (2/n) Σ |x| (|r| + ρ)

A fused multiply-add rounds less often, and a sum in another order as often: no correct program is ever rejected.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The bounds are sums of non-negative float64 numbers, themselves rounded: this much covers their own rounding.
SLACK = 1 + 2.0**-20


class Precision(NamedTuple):
    """A floating-point format: unit roundoff u, smallest subnormal number, largest number."""

    dtype: str
    u: float
    tiny: float
    largest: float


PRECISIONS = {
    "float32": Precision("float32", 2.0**-24, 2.0**-149, float(np.finfo(np.float32).max)),
    "float64": Precision("float64", 2.0**-53, 2.0**-1074, float(np.finfo(np.float64).max)),
}


def gamma(k: int, u: float) -> float:
    """γ_k = k u / (1 - k u): the most by which k roundings change a product; infinite once k u reaches 1."""
    return k * u / (1 - k * u) if k * u < 1 else np.inf


def ulp_distance(left: Any, right: Any, dtype: str) -> int:
    """How many numbers of the dtype lie between two arrays of one shape, at most over their entries: 0 for equal.

    Non-negative floats are ordered as their bits are, as integers; negative ones are mirrored around zero.
    """
    pairs = zip(_places(left, dtype), _places(right, dtype), strict=True)
    return max((abs(one - other) for one, other in pairs), default=0)


def _places(values: Any, dtype: str) -> list[int]:
    integer, largest = (np.int32, 2**31 - 1) if dtype == "float32" else (np.int64, 2**63 - 1)
    bits = cast(list[int], np.atleast_1d(np.asarray(values, dtype)).view(integer).ravel().tolist())
    return [place if place >= 0 else -(place & largest) for place in bits]


class Bounds(NamedTuple):
    """How far a correct program's values may lie from the truth, one entry a state."""

    loss: Floats  # (T,)
    dw: Floats  # (T, d)
    db: Floats  # (T,)


@dataclass(frozen=True)
class Evaluation:
    """The bounds of predictions, loss and gradients on the data x (n, d), y (n,), as float64.

    `data_roundings` counts the roundings by which x and y came into the dtype: 0 if they were floats of it already.
    """

    x: Floats
    y: Floats
    precision: Precision
    data_roundings: int

    def predictions(self, w: Floats, b: Floats) -> Floats:
        """Bounds (T, n) of yp = x w + b, at parameters w (T, d) and b (T,)."""
        sizes = np.abs(w) @ np.abs(self.x).T + np.abs(b)[:, None]
        return SLACK * (self._gamma(self.data_roundings + self.x.shape[1] + 1) * sizes + self._underflow(w))

    def residuals(self, w: Floats, b: Floats) -> Floats:
        """Bounds ρ (T, n) of r = yp - y, at parameters w (T, d) and b (T,)."""
        sizes = np.abs(w) @ np.abs(self.x).T + np.abs(b)[:, None] + np.abs(self.y)
        return SLACK * (self._gamma(self.data_roundings + self.x.shape[1] + 2) * sizes + self._underflow(w))

    def residual_sizes(self, w: Floats, b: Floats) -> Floats:
        """The exact residuals' |r| (T, n), at most: computed in float64, plus how far that may be off."""
        doubles = Evaluation(self.x, self.y, PRECISIONS["float64"], 2)
        return np.abs(w @ self.x.T + b[:, None] - self.y) + doubles.residuals(w, b)

    def at(self, r: Floats, rho: Floats) -> Bounds:
        """Bounds of the values that a program computes from residuals of sizes r (T, n), held to within rho (T, n)."""
        n, tiny = len(self.y), self.precision.tiny
        x, sizes = np.abs(self.x), r + rho  # (n, d), (T, n)
        sums = self._gamma(n + 2 + self.data_roundings)
        spread, size = 2 / n * rho, 2 / n * sizes
        loss = ((2 * r + rho) * rho).sum(1) / n + self._gamma(n + 2) * self._finite((sizes**2).sum(1)) / n
        dw = spread @ x + sums * self._finite(2 * sizes @ x) / 2 * (2 / n)
        db = spread.sum(1) + sums * self._finite(size.sum(1))
        underflow = 4 * tiny * (n + x.sum(0) + size.sum(1)[:, None])  # (T, d)
        return Bounds(SLACK * (loss + 4 * n * tiny), SLACK * (dw + underflow), SLACK * (db + 4 * n * tiny))

    def _gamma(self, k: int) -> float:
        return gamma(k, self.precision.u)

    def _underflow(self, w: Floats) -> Floats:
        return 2 * self.precision.tiny * (np.abs(w).sum(1) + self.x.shape[1] + 2)[:, None]  # (T, 1)

    def _finite(self, sums: Floats) -> Floats:
        """A sum that may overflow in the program's own dtype has no bound."""
        return np.where(sums < self.precision.largest, sums, np.inf)


@dataclass(frozen=True)
class Update:
    """The bounds of one update of `torch.optim.SGD`, given a parameter p, its buffer v and its gradient dp.

    Roundings on the longest path: an option in the file is rounded to a double and again to the dtype (2; 1 - dampening
    once more), then one product and one sum: weight decay 4, momentum 5, Nesterov 4, the update itself 4.
    """

    options: dict[str, float]
    precision: Precision

    def bounds(self, p: Floats, v: Floats, dp: Floats, first: bool) -> tuple[Floats, Floats]:
        """(for the new p, for the new v), of the arguments' shape."""
        get = {key: abs(float(value)) for key, value in self.options.items()}.get
        lr, momentum, decay, nesterov = get("lr", 0), get("momentum", 0), get("weight_decay", 0), get("nesterov", 0)
        keep = 1.0 if first else abs(1 - float(self.options.get("dampening", 0)))
        g, roundings = np.abs(dp) + decay * np.abs(p), 4 if decay else 0
        u, tiny = self.precision.u, self.precision.tiny
        underflow = 16 * tiny * (1 + lr) * (1 + momentum) * (1 + keep) * (1 + decay + np.abs(p))
        v_bound = np.zeros_like(g)
        if momentum:
            v, roundings = (0 if first else momentum * np.abs(v)) + keep * g, roundings + 5
            v_bound = gamma(roundings, u) * v + underflow
            g, roundings = (g + momentum * v, roundings + 4) if nesterov else (v, roundings)
        p_bound = gamma(1, u) * np.abs(p) + gamma(roundings + 4, u) * lr * g + underflow
        return SLACK * p_bound, SLACK * v_bound

    def gain(self, first: bool) -> tuple[float, float]:
        """How much of an error in dp arrives in the new p, and in the new v: the size of their derivatives by dp."""
        lr, momentum = float(self.options.get("lr", 0)), float(self.options.get("momentum", 0))
        if not momentum:
            return abs(lr), 0.0
        keep = 1.0 if first else 1 - float(self.options.get("dampening", 0))
        return abs(lr * (1 + momentum * keep if self.options.get("nesterov") else keep)), abs(keep)
