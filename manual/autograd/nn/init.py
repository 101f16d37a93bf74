"""`torch.nn.init`: where parameters start."""

import math
from functools import partial

from manual.autograd import errors, random
from manual.autograd.tensor import Tensor, no_grad

__all__ = ["constant_", "normal_", "ones_", "uniform_", "xavier_normal_", "xavier_uniform_", "zeros_"]
uniform_, normal_ = no_grad(random.uniform_), no_grad(random.normal_)
constant_ = no_grad(lambda tensor, val: tensor.fill_(val))
zeros_, ones_ = no_grad(lambda tensor: tensor.fill_(0)), no_grad(lambda tensor: tensor.fill_(1))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Uniform, of variance 2 / (in + out): so neither values nor gradients grow from layer to layer (Glorot 2010)."""
    spread = math.sqrt(3.0) * (gain * math.sqrt(2.0 / float(sum(tensor.shape))))
    return uniform_(tensor, -spread, spread)


def xavier_normal_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Normal, of variance 2 / (in + out)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / float(sum(tensor.shape))))


__getattr__ = partial(errors.absent, there=__all__, owner="nn.init")
