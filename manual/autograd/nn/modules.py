"""Modules: what holds parameters and computes from them."""

import math
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from manual.autograd.nn import functional as F
from manual.autograd.random import uniform_
from manual.autograd.tensor import Tensor, made, no_grad


class Parameter(Tensor):
    """A tensor that a module trains."""

    def __init__(self, data: Tensor, requires_grad: bool = True) -> None:
        self.array, self.memory = data.array, data.memory
        self.requires_grad_(requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class Module:
    """The base of all modules: parameters and modules that are set as attributes are its own."""

    training = True

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        return self.forward(*inputs, **options)

    def forward(self, *inputs: Any) -> Any:
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if isinstance(value, Parameter | Module):
            kept = "_parameters" if isinstance(value, Parameter) else "_modules"
            self.__dict__.setdefault(kept, {})[name] = value

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        yield from self.__dict__.get("_modules", {}).items()

    def children(self) -> Iterator["Module"]:
        return (module for _, module in self.named_children())

    def modules(self) -> Iterator["Module"]:
        yield self
        for module in self.children():
            yield from module.modules()

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """Its own parameters, then those of its modules, by name; one that is shared comes once."""
        seen = set()
        for name, p in self._named(prefix):
            if id(p) not in seen:
                seen.add(id(p))
                yield name, p

    def _named(self, prefix: str) -> Iterator[tuple[str, Parameter]]:
        for name, p in self.__dict__.get("_parameters", {}).items():
            yield prefix + name, p
        for name, module in self.named_children():
            yield from module._named(f"{prefix}{name}.")

    def parameters(self) -> Iterator[Parameter]:
        return (p for _, p in self.named_parameters())

    def state_dict(self) -> "OrderedDict[str, Tensor]":
        return OrderedDict((name, p.detach()) for name, p in self._named(""))

    def load_state_dict(self, state: "dict[str, Tensor]") -> str:
        """Take the entries of each parameter. Raises `RuntimeError` for names that are not the module's own."""
        own = dict(self._named(""))
        odd = sorted(own.keys() ^ state.keys())
        if odd:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}: {odd}")
        with no_grad():
            for name, p in own.items():
                p.copy_(state[name])
        return "<All keys matched successfully>"

    def zero_grad(self) -> None:
        for p in self.parameters():
            p.grad = None

    def train(self, mode: bool = True) -> "Module":
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        return self.train(False)

    def to(self, *kinds: Any) -> "Module":
        """The parameters as a dtype, in place; the only device is the CPU."""
        for p in self.parameters():
            p.data = p.detach().to(*kinds)
        return self

    def double(self) -> "Module":
        from manual.autograd.dtypes import float64

        return self.to(float64)

    def apply(self, function: Callable[["Module"], Any]) -> "Module":
        for module in self.children():
            module.apply(function)
        function(self)
        return self

    def extra_repr(self) -> str:
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): " + repr(module).replace("\n", "\n  ") for name, module in self.named_children()]
        inside = self.extra_repr() if not lines else "\n  " + "\n  ".join(lines) + "\n"
        return f"{type(self).__name__}({inside})"


class Linear(Module):
    """x ↦ x Wᵀ + b, with W (out, in) and b (out,) drawn from ±1/√in."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(made(np.zeros((out_features, in_features), np.float32)))
        self.bias = Parameter(made(np.zeros(out_features, np.float32))) if bias else None
        spread = math.sqrt(3.0) * (math.sqrt(2.0 / (1 + math.sqrt(5) ** 2)) / math.sqrt(in_features))
        with no_grad():
            uniform_(self.weight, -spread, spread)
            if self.bias is not None:
                uniform_(self.bias, -1 / math.sqrt(in_features), 1 / math.sqrt(in_features))

    def forward(self, input: Tensor) -> Tensor:
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Sequential(Module):
    """Modules one after the other."""

    def __init__(self, *modules: Any) -> None:
        named = modules[0].items() if modules and isinstance(modules[0], dict) else enumerate(modules)
        for name, module in named:
            setattr(self, str(name), module)

    def forward(self, input: Any) -> Any:
        for module in self.children():
            input = module(input)
        return input

    def __getitem__(self, place: int) -> Module:
        return list(self.children())[place]

    def __len__(self) -> int:
        return len(list(self.children()))

    def __iter__(self) -> Iterator[Module]:
        return self.children()


def _activation(name: str, function: Callable[[Tensor], Tensor]) -> type[Module]:
    """The module of a function without parameters."""
    return type(name, (Module,), {"forward": lambda _, input: function(input), "__module__": __name__})


class _Along(Module):
    """A function along an axis."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_Along):
    def forward(self, input: Tensor) -> Tensor:
        return F.softmax(input, self.dim)


class LogSoftmax(_Along):
    def forward(self, input: Tensor) -> Tensor:
        return F.log_softmax(input, self.dim)


class LeakyReLU(Module):
    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, input: Tensor) -> Tensor:
        return F.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class _Loss(Module):
    """A loss of predictions and targets, reduced to its mean, its sum, or not at all ("none")."""

    function: Callable[..., Tensor]

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = reduction

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            loss = type(self).function(input, target, reduction=self.reduction)
        for warning in said:
            warnings.warn(warning.message, stacklevel=3)
        return loss


def _loss(name: str, function: Callable[..., Tensor]) -> type[_Loss]:
    return type(name, (_Loss,), {"function": staticmethod(function), "__module__": __name__})


ReLU, Sigmoid, Tanh = _activation("ReLU", F.relu), _activation("Sigmoid", F.sigmoid), _activation("Tanh", F.tanh)
Identity = _activation("Identity", lambda input: input)
Flatten = _activation("Flatten", lambda input: F.flatten(input, 1))
MSELoss, L1Loss = _loss("MSELoss", F.mse_loss), _loss("L1Loss", F.l1_loss)
BCELoss, NLLLoss = _loss("BCELoss", F.binary_cross_entropy), _loss("NLLLoss", F.nll_loss)
BCEWithLogitsLoss = _loss("BCEWithLogitsLoss", F.binary_cross_entropy_with_logits)
CrossEntropyLoss = _loss("CrossEntropyLoss", F.cross_entropy)
