"""Stochastic gradient descent: the update rule of `torch.optim.SGD`, with every option of it."""

from dataclasses import asdict, dataclass

import torch

from torch_impl.inputs import Array

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
        try:
            torch.optim.SGD([torch.zeros(())], **asdict(self))
        except ValueError as refusal:
            raise ValueError(f"{refusal}; got {asdict(self)}") from None

    def step(self, p: Array, dp: Array, v: Array | None = None) -> tuple[Array, Array | None]:
        """One update of the parameter `p` by its gradient `dp`, of one shape: the new p and the new momentum buffer v.

        `v` is None before the first step. torch's optimizer keeps both inside: here they are put in and taken out.
        """
        p = p.detach().clone()
        p.grad = dp
        optimizer = torch.optim.SGD([p], **asdict(self))
        if v is not None:
            optimizer.state[p]["momentum_buffer"] = v.clone()
        optimizer.step()
        return p, optimizer.state[p].get("momentum_buffer")
