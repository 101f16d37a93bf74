"""`torch.nn.init`: where parameters start."""

import math
from typing import Any

from manual.autograd import errors
from manual.autograd.random import normal_ as _normal
from manual.autograd.random import uniform_ as _uniform
from manual.autograd.tensor import Tensor, no_grad

uniform_, normal_ = no_grad()(_uniform), no_grad()(_normal)


def constant_(tensor: Tensor, val: float) -> Tensor:
    with no_grad():
        return tensor.fill_(val)


def zeros_(tensor: Tensor) -> Tensor:
    return constant_(tensor, 0)


def ones_(tensor: Tensor) -> Tensor:
    return constant_(tensor, 1)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Uniform, of variance 2 / (in + out): so neither values nor gradients grow from layer to layer (Glorot 2010)."""
    spread = math.sqrt(3.0) * (gain * math.sqrt(2.0 / float(sum(tensor.shape))))
    return uniform_(tensor, -spread, spread)


def xavier_normal_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Normal, of variance 2 / (in + out)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / float(sum(tensor.shape))))


def __getattr__(name: str) -> Any:
    there = [one for one in globals() if one.endswith("_") and one[0] != "_"]
    raise errors.absent(name, there, "nn.init")
