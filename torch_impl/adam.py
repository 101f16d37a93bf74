"""Adam: the update rule of `torch.optim.Adam`, with every option of it that changes its arithmetic."""

from dataclasses import asdict, dataclass

import torch

from torch_impl.inputs import Array

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
        try:
            torch.optim.Adam([torch.zeros(())], **asdict(self))
        except ValueError as refusal:
            raise ValueError(f"{refusal}; got {asdict(self)}") from None

    def step(
        self, p: Array, dp: Array, m: Array | None = None, v: Array | None = None, t: int = 0
    ) -> tuple[Array, Array, Array]:
        """One update of the parameter `p` by its gradient `dp`, of one shape: the new p, m and v, after t + 1 updates.

        m and v are None before the first, t = 0. torch's optimizer keeps them inside: here they go in and come out.
        """
        p = p.detach().clone()
        p.grad = dp
        optimizer = torch.optim.Adam([p], **asdict(self))
        if m is not None and v is not None:
            step = torch.tensor(float(t))
            optimizer.state[p].update(step=step, exp_avg=m.clone(), exp_avg_sq=v.clone())
        optimizer.step()
        return p, optimizer.state[p]["exp_avg"], optimizer.state[p]["exp_avg_sq"]
