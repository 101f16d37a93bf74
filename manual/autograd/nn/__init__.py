"""`import manual.autograd.nn as nn`: modules, which hold parameters and compute from them."""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

from manual.autograd.errors import absent, chosen, refusal, refuse
from manual.autograd.kinds import float64
from manual.autograd.nn import functional, init
from manual.autograd.tensor import Tensor, made, no_grad

__all__ = ["BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "Flatten", "Identity", "L1Loss", "LeakyReLU", "Linear"]
__all__ += ["LogSoftmax", "MSELoss", "Module", "ModuleList", "NLLLoss", "Parameter", "ReLU", "Sequential", "Sigmoid"]
__all__ += ["Softmax", "Tanh", "functional", "init"]


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
    _parameters: dict[str, Parameter]
    _modules: "dict[str, Module]"

    def __new__(cls, *_: Any, **__: Any) -> Any:
        module = super().__new__(cls)
        module.__dict__.update(_parameters={}, _modules={})
        return module

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        return self.forward(*inputs, **options)

    def forward(self, *_: Any) -> Any:
        raise refusal("no-forward", type(self).__name__)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        kinds: tuple[tuple[type, dict[str, Any]], ...] = (Parameter, self._parameters), (Module, self._modules)
        for kind, own in kinds:
            own.pop(name, None)
            if isinstance(value, kind):
                own[name] = value

    def named_children(self) -> "Iterator[tuple[str, Module]]":
        yield from self._modules.items()

    def children(self) -> "Iterator[Module]":
        yield from self._modules.values()

    def modules(self) -> "Iterator[Module]":
        yield self
        for module in self.children():
            yield from module.modules()

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """Its own parameters, then those of its modules, by name; one that is shared comes once."""
        named = {id(p): (name, p) for name, p in reversed([*self._named(prefix)])}
        yield from reversed(named.values())

    def _named(self, prefix: str) -> Iterator[tuple[str, Parameter]]:
        for name, p in self._parameters.items():
            yield prefix + name, p
        for name, module in self._modules.items():
            yield from module._named(f"{prefix}{name}.")

    def parameters(self) -> Iterator[Parameter]:
        return (p for _, p in self.named_parameters())

    def state_dict(self) -> "OrderedDict[str, Tensor]":
        return OrderedDict((name, p.detach()) for name, p in self._named(""))

    def load_state_dict(self, state: "dict[str, Tensor]") -> str:
        """Take the entries of each parameter. Raises `RuntimeError` for names that are not the module's own."""
        own = dict(self._named(""))
        odd = sorted(own.keys() ^ state.keys())
        refuse(odd, "state", type(self).__name__, odd)
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
        return self.to(float64)

    def apply(self, function: "Callable[[Module], Any]") -> "Module":
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
        init.uniform_(self.weight, -spread, spread)
        if self.bias is not None:
            init.uniform_(self.bias, -1 / math.sqrt(in_features), 1 / math.sqrt(in_features))

    def forward(self, input: Tensor) -> Any:
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class ModuleList(Module):
    """Modules by number, for a loop over them."""

    def __init__(self, modules: Iterable[Any] = ()) -> None:
        for name, module in modules.items() if isinstance(modules, dict) else enumerate(modules):
            setattr(self, str(name), module)

    def append(self, module: Module) -> "ModuleList":
        setattr(self, str(len(self)), module)
        return self

    def __getitem__(self, place: Any) -> Any:
        found = list(self.children())[place]
        return type(self)(found) if isinstance(found, list) else found

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return self.children()


class Sequential(ModuleList):
    """Modules one after the other."""

    def __init__(self, *modules: Any) -> None:
        super().__init__(modules[0] if len(modules) == 1 and isinstance(modules[0], dict | list) else modules)

    def forward(self, input: Any) -> Any:
        for module in self.children():
            input = module(input)
        return input


def _applied(name: str, function: Callable[..., Any], **defaults: Any) -> type[Module]:
    """The module of a function without parameters, whose options are set when it is made; a loss's are not shown."""

    def __init__(self: Any, *given: Any, **options: Any) -> None:
        self.options = chosen(name, defaults, given, options)

    def forward(self: Any, *inputs: Tensor) -> Any:
        return function(*inputs, **self.options)

    def extra_repr(self: Any) -> str:
        return ", ".join(f"{option}={value}" for option, value in self.options.items() if option != "reduction")

    return type(name, (Module,), {"__init__": __init__, "forward": forward, "extra_repr": extra_repr})


F, MEAN = functional, {"reduction": "mean"}
ReLU, Sigmoid, Tanh = _applied("ReLU", F.relu), _applied("Sigmoid", F.sigmoid), _applied("Tanh", F.tanh)
LeakyReLU = _applied("LeakyReLU", F.leaky_relu, negative_slope=0.01)
Softmax, LogSoftmax = _applied("Softmax", F.softmax, dim=None), _applied("LogSoftmax", F.log_softmax, dim=None)
Identity, Flatten = _applied("Identity", lambda x: x), _applied("Flatten", F.flatten, start_dim=1, end_dim=-1)
MSELoss, L1Loss = _applied("MSELoss", F.mse_loss, **MEAN), _applied("L1Loss", F.l1_loss, **MEAN)
BCELoss, NLLLoss = _applied("BCELoss", F.binary_cross_entropy, **MEAN), _applied("NLLLoss", F.nll_loss, **MEAN)
BCEWithLogitsLoss = _applied("BCEWithLogitsLoss", F.binary_cross_entropy_with_logits, **MEAN)
CrossEntropyLoss = _applied("CrossEntropyLoss", F.cross_entropy, **MEAN)
__getattr__ = partial(absent, there=__all__, owner="nn")
