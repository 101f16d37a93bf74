"""The whole run in closed form: what gradient descent will do, from the eigenvalues of the Hessian alone.

The loss is quadratic in θ = (w, b), so its gradient is H (θ - θ*), with θ* a minimum and a constant matrix H,

    H = (2/n) Σ (xᵢ, 1)(xᵢ, 1)ᵀ = 2 [[Sxx/n + x̄ x̄ᵀ, x̄], [x̄ᵀ, 1]]            (weight decay adds its multiple of I)

H is symmetric: H = Q diag(λ) Qᵀ with λ >= 0. In the coordinates z = Qᵀ(θ - θ*) every direction goes its own way, and
the loss lies ½ Σ λ z² above its minimum. A parameter that is not trained loses its row and column.

**Without momentum**, zₜ₊₁ = zₜ - lr λ zₜ, so zₜ = (1 - lr λ)ᵗ z₀. It shrinks where |1 - lr λ| < 1: lr < 2/λ.

**With momentum μ** (first buffer = first gradient), vₜ₊₁ = μ vₜ + λ zₜ and zₜ₊₁ = zₜ - lr vₜ₊₁. Without v:

    zₜ₊₁ = (1 + μ - lr λ) zₜ - μ zₜ₋₁,    z₁ = (1 - lr λ) z₀
    zₜ = z₁ Sₜ - μ z₀ Sₜ₋₁,    Sₜ = (r₁ᵗ - r₂ᵗ)/(r₁ - r₂),    r₁, r₂ the roots of r² - (1 + μ - lr λ) r + μ = 0

r₁ r₂ = μ. Where the roots are complex both have the size √μ, whatever λ is: that is what momentum is for. They are so
for (1 - √μ)² < lr λ < (1 + √μ)², and a real pair lies on both sides of √μ. A root reaches -1 at lr λ = 2 (1 + μ).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from manual.sgd import SGD
from manual.statistics import Statistics, gradients

__all__ = ["Modes", "best", "best_momentum", "contraction", "hessian", "largest_lr", "modes", "trajectory"]

Floats: TypeAlias = NDArray[np.float64]
BOTH = ("w", "b")


class Modes(NamedTuple):
    """A run in the Hessian's own coordinates, in which its p trained parameters do not know of each other."""

    eigenvalues: Floats  # (p,), ascending
    directions: Floats  # (p, p), one a column
    path: Floats  # (T, p): z before each of the epochs; zero along a direction in which the loss is flat

    def excess(self) -> Floats:
        """How far the loss lies above its minimum before each epoch, (T,)."""
        return 0.5 * (self.eigenvalues * self.path**2).sum(axis=1)


def hessian(s: Statistics, trained: Sequence[str] = BOTH) -> Floats:
    """The second derivatives of the loss by the trained parameters, (p, p): the weights first, the bias last."""
    means = np.append(s.mean_x, 1.0)
    full = 2 * np.outer(means, means)
    full[:-1, :-1] += 2 * np.atleast_2d(s.sxx) / s.n
    keep = _trained(s, trained)
    return full[np.ix_(keep, keep)]


@np.errstate(over="ignore", invalid="ignore")
def modes(s: Statistics, w: Any, b: Any, sgd: SGD, epochs: int, trained: Sequence[str] = BOTH) -> Modes:
    """The run from w () or (d,) and b () as modes, before each of the epochs 0 … `epochs`, and after the last.

    Raises `ValueError` for the options that it does not cover: dampening, nesterov, maximize.
    """
    for name in ("dampening", "nesterov", "maximize"):
        if getattr(sgd, name):
            raise ValueError(f"the closed form covers lr, momentum and weight_decay; got {name} {getattr(sgd, name)}")
    keep = _trained(s, trained)
    eigenvalues, directions = np.linalg.eigh(hessian(s, trained) + sgd.weight_decay * np.eye(len(keep)))
    dw, db = gradients(s, np.asarray(w, float), float(b))
    slope = (np.append(dw, db) + sgd.weight_decay * np.append(w, b))[keep] @ directions  # λ z₀
    flat = eigenvalues <= len(keep) * np.finfo(float).eps * eigenvalues.max(initial=0.0)
    start = slope / np.where(flat, np.inf, eigenvalues)  # zero where it is flat
    path = start * _factors(sgd.lr * eigenvalues, sgd.momentum, np.arange(epochs + 2)[:, None])
    return Modes(eigenvalues, directions, path)


@np.errstate(over="ignore", invalid="ignore")
def trajectory(
    s: Statistics, w: Any, b: Any, sgd: SGD, epochs: int, trained: Sequence[str] = BOTH
) -> tuple[Floats, Floats]:
    """(w, b) before each of the epochs 0 … `epochs` and after the last: (T + 1,) or (T + 1, d), and (T + 1,)."""
    run = modes(s, w, b, sgd, epochs, trained)
    parameters = np.tile(np.append(np.asarray(w, float), b), (len(run.path), 1))
    parameters[:, _trained(s, trained)] += (run.path - run.path[0]) @ run.directions.T
    return parameters[:, :-1].reshape(len(run.path), *np.shape(s.mean_x)), parameters[:, -1]


def contraction(eigenvalues: Floats, lr: float, momentum: float = 0.0) -> float:
    """By what factor the distance from the minimum shrinks in an epoch, in the long run; the loss by its square.

    That of the slowest mode: the size of the largest root. Above 1 the run diverges. Flat directions do not move.
    """
    half = (1 + momentum - lr * _curved(eigenvalues)) / 2
    square = half**2 - momentum
    sizes = np.where(square < 0, np.sqrt(momentum), np.abs(half) + np.sqrt(np.maximum(square, 0)))
    return float(sizes.max())


def largest_lr(eigenvalues: Floats, momentum: float = 0.0) -> float:
    """The learning rate from which on the run no longer converges: 2 (1 + μ)/λmax. Infinite for a flat loss."""
    return 2 * (1 + momentum) / float(max(eigenvalues)) if max(eigenvalues) > 0 else np.inf


def best_momentum(eigenvalues: Floats, lr: float) -> float:
    """The momentum with the smallest contraction for this learning rate.

    It is √μ while all roots are complex; a smaller μ makes a pair real at the nearer end of the interval, and its
    larger root grows. So the best is the smallest μ that still holds lr λmin and lr λmax between (1 ± √μ)².
    """
    curved = _curved(eigenvalues)
    return float(max(1 - np.sqrt(lr * curved.min()), np.sqrt(lr * curved.max()) - 1) ** 2)


def best(eigenvalues: Floats) -> tuple[float, float]:
    """(lr, momentum) with the smallest contraction of all (Polyak 1964): both ends of the interval are reached at once,

    1 - √μ = √(lr λmin), 1 + √μ = √(lr λmax):    √lr = 2/(√λmin + √λmax),  √μ = (√λmax - √λmin)/(√λmax + √λmin).
    """
    low, high = np.sqrt([_curved(eigenvalues).min(), eigenvalues.max()])
    return float((2 / (low + high)) ** 2), float(((high - low) / (high + low)) ** 2)


def _factors(pull: Floats, momentum: float, t: NDArray[Any]) -> Floats:
    """zₜ/z₀, (T, p), for the times t (T, 1), where pull = lr λ, (p,).

    With q = r₂/r₁, Sₜ = r₁ᵗ⁻¹ (1 - qᵗ)/(1 - q), and both differences by expm1: they keep their digits where r₂ → r₁.
    """
    if not momentum:
        return (1 - pull) ** t
    half = (1 + momentum - pull) / 2
    root = np.sqrt((half**2 - momentum).astype(complex))
    r = half + np.copysign(1.0, half) * root  # the larger root; the other is momentum / r
    log_q = np.log(momentum / r**2)

    def s(t: NDArray[Any]) -> NDArray[np.complex128]:
        return r ** (t - 1) * np.where(log_q == 0, t, np.expm1(t * log_q) / np.expm1(log_q))

    return np.where(t == 0, 1.0, ((1 - pull) * s(t) - momentum * s(t - 1)).real)


def _curved(eigenvalues: Floats) -> Floats:
    """The eigenvalues of the directions in which the loss is not flat."""
    return eigenvalues[eigenvalues > len(eigenvalues) * np.finfo(float).eps * eigenvalues.max()]


def _trained(s: Statistics, trained: Sequence[str]) -> list[int]:
    """Which of (w, b) are trained, as places in the vector of d weights and the bias."""
    d = np.size(s.mean_x)
    return [*range(d * ("w" in trained)), *([d] * ("b" in trained))]
