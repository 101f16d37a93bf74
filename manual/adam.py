"""Adam: the update rule by hand, with every option of `torch.optim.Adam` that changes its arithmetic.

Kingma and Ba, "Adam: a method for stochastic optimization" (2015). m and v are running means of the gradient and of its
square. They start at zero and so are too small at first, by the factor 1 - βᵗ after t steps: a constant gradient g has
m = g (1 - β) Σ βᵏ, k < t, which is g (1 - βᵗ). Dividing by that factor makes up for it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from manual.inputs import Array

__all__ = ["Adam"]


@dataclass(frozen=True)
class Adam:
    """The options of an update. Raises `ValueError`, naming the value, where `torch.optim.Adam` refuses them."""

    lr: float = 0.001
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    maximize: bool = False

    def __post_init__(self) -> None:
        for name, value in (("lr", self.lr), ("eps", self.eps), ("weight_decay", self.weight_decay)):
            if not value >= 0:
                raise ValueError(f"{name} must not be negative; got {value}")
        for place, beta in enumerate(self.betas):
            if not 0 <= beta < 1:
                raise ValueError(f"betas[{place}] must be at least 0 and below 1; got {beta}")

    def step(self, p: Array, dp: Array, m: Any = None, v: Any = None, t: int = 0) -> tuple[Array, Array, Array]:
        """One update of the parameter `p` by its gradient `dp`, of one shape: the new p, m and v, after t + 1 updates.

        m and v are None before the first, t = 0. Source: torch.optim.Adam.

            g ← dp,  or -dp to maximize                      m ← β₁ m + (1 - β₁) g
            g ← g + weight_decay · p                         v ← β₂ v + (1 - β₂) g²

            p ← p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + eps)
        """
        (one, two), t = self.betas, t + 1
        g = -dp if self.maximize else dp
        if self.weight_decay:
            g = g + self.weight_decay * p
        m = (1 - one) * g if m is None else one * m + (1 - one) * g
        v = (1 - two) * (g * g) if v is None else two * v + (1 - two) * (g * g)
        root = np.sqrt(v) / (1 - two**t) ** 0.5 + self.eps
        return p - self.lr / (1 - one**t) * (m / root), m, v
