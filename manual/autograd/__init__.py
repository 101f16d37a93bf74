"""An autograd engine from scratch, with torch's face: `from manual import autograd as torch`.

core.py         read this first: the graph, the table of rules, the way back, and an update; nothing of torch
tensor.py       the tensor: recording, views and changes in place, operators, what it shows
functions.py  shapes.py   torch's functions, the tensor's methods too         rules.py   their rules
creation.py     tensors from numbers and arrays                               random.py  from torch's random numbers
nn/  optim.py   modules and losses; optimizers                                utils/     data in batches
autograd.py     gradients without `.grad`, and derivatives of one's own
kinds.py  indexing.py  printing.py  errors.py  rounding.py                    the rest of torch's face
lesson.py       the lessons on this engine
"""

import warnings
from typing import Any

from manual.autograd import autograd, creation, errors, functions, nn, optim, random, utils
from manual.autograd.creation import FloatTensor, ones, tensor, zeros
from manual.autograd.kinds import Size, cuda, device, float32, float64, int32, int64, uint8
from manual.autograd.kinds import bool_ as bool
from manual.autograd.printing import set_printoptions
from manual.autograd.tensor import Tensor, enable_grad, no_grad

__all__ = ["FloatTensor", "Size", "Tensor", "autograd", "bool", "cuda", "device", "double", "enable_grad", "float"]
__all__ += ["float32", "float64", "inference_mode", "int", "int32", "int64", "long", "nn", "no_grad", "ones", "optim"]
__all__ += ["set_printoptions", "tensor", "uint8", "utils", "zeros"]

# What leaves the numbers becomes inf and nan without a word, as in torch; NumPy's warnings elsewhere stay.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"manual\.(autograd|adam)\b")

float, double, int, long, inference_mode = float32, float64, int32, int64, no_grad
_FUNCTIONS = functions.TORCHS | creation.FUNCTIONS | random.FUNCTIONS


def __getattr__(name: str) -> Any:
    """torch's functions by name. Raises `AttributeError`, which names what there is, for all that is not here."""
    return _FUNCTIONS[name] if name in _FUNCTIONS else errors.absent(name, __dir__())


def __dir__() -> list[str]:
    return sorted({*__all__, *_FUNCTIONS})
