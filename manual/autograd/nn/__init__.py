"""`import manual.autograd.nn as nn`, as `import torch.nn as nn`."""

from typing import Any

from manual.autograd import errors
from manual.autograd.nn import functional, init, modules
from manual.autograd.nn.modules import Linear, Module, Parameter, Sequential

__all__ = ["Linear", "Module", "Parameter", "Sequential", "functional", "init"]
NAMES = """
    BCELoss BCEWithLogitsLoss CrossEntropyLoss Flatten Identity L1Loss LeakyReLU LogSoftmax MSELoss ModuleList NLLLoss
    ReLU Sigmoid Softmax Tanh
"""


def __getattr__(name: str) -> Any:
    """The losses and activations by name. Raises `AttributeError`, which names what there is, for all else."""
    if name in NAMES.split():
        return getattr(modules, name)
    raise errors.absent(name, [*__all__, *NAMES.split()], "nn")
