"""Stochastic gradient descent: the update rule by hand, with every option of `torch.optim.SGD`."""

from dataclasses import dataclass

from manual.inputs import Array

__all__ = ["SGD"]


@dataclass(frozen=True)
class SGD:
    """The options of an update. Raises `ValueError`, naming the value, where `torch.optim.SGD` refuses them."""

    lr: float = 0.001
    momentum: float = 0.0
    dampening: float = 0.0
    weight_decay: float = 0.0
    nesterov: bool = False
    maximize: bool = False

    def __post_init__(self) -> None:
        for name, value in (("lr", self.lr), ("momentum", self.momentum), ("weight_decay", self.weight_decay)):
            if value < 0:
                raise ValueError(f"{name} must not be negative; got {value}")
        if self.nesterov and (self.momentum <= 0 or self.dampening != 0):
            raise ValueError(
                "nesterov needs a momentum above zero and no dampening; "
                f"got momentum {self.momentum}, dampening {self.dampening}"
            )

    def step(self, p: Array, dp: Array, v: Array | None = None) -> tuple[Array, Array | None]:
        """One update of the parameter `p` by its gradient `dp`, of one shape: the new p and the new momentum buffer v.

        `v` is None before the first step. The first buffer is the gradient itself, not (1 - dampening) times it:
        a buffer that starts at zero would agree with torch only while dampening is zero. Source: torch.optim.SGD.

            g ← dp,  or -dp to maximize          v ← momentum · v + (1 - dampening) · g,  at first v ← g
            g ← g + weight_decay · p             g ← v,  or g + momentum · v for Nesterov
                                                 p ← p - lr · g
        """
        g = -dp if self.maximize else dp
        if self.weight_decay:
            g = g + self.weight_decay * p
        if self.momentum:
            v = g if v is None else self.momentum * v + (1 - self.dampening) * g
            g = g + self.momentum * v if self.nesterov else v
        return p - self.lr * g, v
