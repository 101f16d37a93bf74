"""`torch.autograd`: gradients without `.grad`, and functions whose derivative is one's own."""

from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from manual.autograd import core
from manual.autograd.core import Node, mode
from manual.autograd.errors import absent, refuse
from manual.autograd.tensor import Tensor, enable_grad, made, no_grad

__all__ = ["Function", "Variable", "enable_grad", "grad", "no_grad"]


def grad(
    outputs: Tensor,
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Tensor | None = None,
    retain_graph: bool = False,
    create_graph: bool = False,
    *,
    allow_unused: bool = False,
) -> tuple[Tensor | None, ...]:
    """The derivatives of `outputs` by `inputs`; no `.grad` is changed. Raises `RuntimeError` for one that is unused."""
    refuse(create_graph, "second-order")
    wanted = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    refuse(not all(one.node for one in wanted), "undifferentiated")
    found: dict[Node, Any] = {one.node: None for one in wanted if one.node}
    core.backward(*outputs.start(grad_outputs), retain_graph, found)
    gradients = [found[one.node] for one in wanted if one.node]
    for place, g in enumerate(gradients):
        refuse(g is None and not allow_unused, "unused", place)
    return tuple(None if g is None else made(g) for g in gradients)


def Variable(data: Tensor, requires_grad: bool = False) -> Tensor:
    """What a tensor was called before it had a gradient itself: the same tensor."""
    return data.detach().requires_grad_(requires_grad)


class Context(SimpleNamespace):
    """What a function keeps for its way back."""

    saved_tensors: tuple[Tensor, ...] = ()

    def save_for_backward(self, *tensors: Tensor) -> None:
        self.saved_tensors = tensors


class Function:
    """A function whose derivative is written by hand: `forward(ctx, …)`, and `backward(ctx, g)`, which gives the
    gradient of each operand, None where there is none. It is called by `apply`.
    """

    forward: Any
    backward: Any

    @classmethod
    def apply(cls, *operands: Any) -> Tensor:
        context, last = Context(), list[Any]([None, ()])
        with no_grad():
            result: Tensor = cls.forward(context, *operands).detach()

        def gradient(g: Any, place: int) -> Any:
            if last[0] is not g:  # backward() is called once, for all operands
                with no_grad():
                    given = cls.backward(context, made(g))
                last[:] = g, given if isinstance(given, tuple) else (given,)
            return last[1][place].array

        if mode.enabled:
            pulls = [core.pull(partial(gradient, place=place)) for place in range(len(operands))]
            result.node = core.recorded(f"{cls.__name__}Backward", pulls, operands, [result.array], {})
        return result


__getattr__ = partial(absent, there=__all__, owner="autograd")
