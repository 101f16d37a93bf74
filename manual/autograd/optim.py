"""The optimizer: `manual.sgd`'s one update rule, for a list of parameters."""

from collections.abc import Callable, Iterable
from typing import Any

from manual.autograd.core import Array
from manual.autograd.tensor import Tensor
from manual.sgd import SGD as Rule

__all__ = ["SGD"]


class SGD:
    """`torch.optim.SGD`: each parameter with its own momentum buffer; one whose gradient is None is left alone.

    Raises `ValueError` for options that torch refuses, for no parameters and for computed ones, `TypeError` for
    anything that is not a tensor.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        self.rule = Rule(lr, momentum, dampening, weight_decay, nesterov, maximize)
        if isinstance(params, Tensor):
            raise TypeError("params argument given to the optimizer should be an iterable of Tensors, but got a Tensor")
        self.params = [_checked(p) for p in params]
        if not self.params:
            raise ValueError("optimizer got an empty parameter list")
        self.buffers: list[Array | None] = [None for _ in self.params]

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or set them to zero: a zero gradient still moves a parameter by momentum and decay."""
        for p in self.params:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad.zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient, in place."""
        loss = closure() if closure else None
        for i, p in enumerate(self.params):
            dp = p.grad
            if dp is not None:
                p.array[...], self.buffers[i] = self.rule.step(p.array, dp.array, self.buffers[i])
                p.memory.version += 1
        return loss


def _checked(p: Tensor) -> Tensor:
    if not isinstance(p, Tensor):
        raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("can't optimize a non-leaf Tensor: W = W - … made a new one; give the optimizer the leaf")
    return p
