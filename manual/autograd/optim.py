"""Optimizers: `manual.sgd`'s and `manual.adam`'s update rules, for lists of parameters."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from manual import adam
from manual.autograd.errors import absent, chosen, refusal, refuse, title
from manual.autograd.rounding import Array, fuses, once_rounded, two_roundings
from manual.autograd.tensor import Tensor

__all__ = ["SGD", "Adam", "Optimizer"]
CHECKED = {  # what must not be below zero, in torch's words
    "lr": "learning rate", "momentum": "momentum value", "eps": "epsilon value", "weight_decay": "weight_decay value",
}  # fmt: skip


class Optimizer:
    """Parameters in groups, each with its options, which may change between steps: `param_groups[0]["lr"] = 0.1`.

    A parameter whose gradient is None is left alone. Raises `ValueError` for options that torch refuses, for no
    parameters and for computed ones, `TypeError` for anything that is not a tensor.
    """

    options: ClassVar[dict[str, Any]] = {"lr": 1e-3}  # with torch's defaults, in the order of its parameters
    silent: ClassVar = {"differentiable": False, "foreach": None, "fused": None}  # torch prints them

    def __init__(self, params: Iterable[Any], *values: Any, **named: Any) -> None:
        self.defaults = chosen(type(self).__name__, self.options, values, named)
        if isinstance(params, Tensor):
            raise refusal("optimize-tensor", title(params.array))
        given = list(params)
        refuse(not given, "optimize-nothing")
        groups = given if isinstance(given[0], dict) else [{"params": given}]
        self.param_groups = [{**self.defaults, **group} for group in groups]
        for group in self.param_groups:
            group["params"] = [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])
            for p in group["params"]:
                refuse(not isinstance(p, Tensor), "optimize-kind", type(p).__name__)
                refuse(not p.is_leaf, "optimize-computed")
            self.check(**group)
        self.state: dict[Tensor, Any] = {}

    def check(self, **options: Any) -> None:
        """Raise torch's words for an option that it refuses."""
        for name, words in CHECKED.items():
            refuse(options.get(name, 0) < 0, "option", words, options.get(name))
        for place, beta in enumerate(options.get("betas", ())):
            refuse(not 0 <= beta < 1, "beta", place, beta)
        refuse(options.get("nesterov") and (options["momentum"] <= 0 or options["dampening"] != 0), "nesterov")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or set them to zero: a zero gradient still moves a parameter by momentum and decay."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p._grad = None
                elif p._grad is not None:
                    p._grad.zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient, in place; the closure's loss, if one is given."""
        loss = closure() if closure else None
        for group in self.param_groups:
            for p in group["params"]:
                if p._grad is not None:
                    p.array[...] = self.updated(p, p.array, p._grad.array, group)
                    p.memory.version += 1
        return loss

    def updated(self, p: Tensor, array: Array, dp: Array, options: dict[str, Any]) -> Array:
        """The new entries of p, whose present ones are `array`, by its gradient dp."""
        raise NotImplementedError

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            shown = {**self.silent, **group}
            lines += [""] * (i > 0) + [f"Parameter Group {i}"]
            lines += [f"    {name}: {shown[name]}" for name in sorted(shown) if name != "params"]
        return "\n".join([*lines, ")"])


class SGD(Optimizer):
    """`torch.optim.SGD`: the rule of `manual.sgd`, with each `add(alpha=)` rounded as this machine's torch does."""

    options: ClassVar = Optimizer.options | dict.fromkeys(("momentum", "dampening", "weight_decay"), 0)
    options |= dict.fromkeys(("nesterov", "maximize"), False)

    def __init__(self, params: Iterable[Any], *given: Any, **named: Any) -> None:
        super().__init__(params, *given, **named)
        self.add = once_rounded if fuses() else two_roundings

    def updated(self, p: Tensor, array: Array, dp: Array, options: dict[str, Any]) -> Array:
        add, momentum = self.add, options["momentum"]
        g = -dp if options["maximize"] else dp
        if options["weight_decay"]:
            g = add(options["weight_decay"], array, g)
        if momentum:
            v = self.state.get(p)
            v = g if v is None else add(1 - options["dampening"], g, momentum * v)
            self.state[p] = v
            g = add(momentum, v, g) if options["nesterov"] else v
        return add(-options["lr"], g, array)


class Adam(Optimizer):
    """`torch.optim.Adam`: the rule of `manual.adam`."""

    options: ClassVar = Optimizer.options | {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "maximize": False}
    silent = Optimizer.silent | {"amsgrad": False, "capturable": False, "decoupled_weight_decay": False}

    def updated(self, p: Tensor, array: Array, dp: Array, options: dict[str, Any]) -> Array:
        rule = adam.Adam(**{name: options[name] for name in self.options})
        m, v, t = self.state.get(p, (None, None, 0))
        array, m, v = rule.step(array, dp, m, v, t)
        self.state[p] = m, v, t + 1
        return array


__getattr__ = partial(absent, there=__all__, owner="optim")
