"""An autograd engine from scratch, with torch's face: `from manual import autograd as torch`.

core.py         read this first: the graph, the table of rules, the way back, and an update; nothing of torch
tensor.py       the tensor: recording, views and changes in place, operators, what it shows
functions.py    torch's functions, which are the tensor's methods too         rules.py   their rules
creation.py     tensors from numbers and arrays
nn/  optim.py   modules and losses; optimizers
dtypes.py  device.py  indexing.py  printing.py  errors.py  rounding.py         the rest of torch's face
lesson.py       the lessons on this engine
"""

import warnings
from typing import Any

from manual.autograd import creation, errors, functions, nn, optim, random, utils
from manual.autograd.creation import FloatTensor, ones, tensor, zeros
from manual.autograd.device import cuda, device
from manual.autograd.dtypes import Size, float32, float64, int32, int64
from manual.autograd.dtypes import bool_ as bool
from manual.autograd.tensor import Tensor, no_grad

__all__ = ["FloatTensor", "Size", "Tensor", "bool", "cuda", "device", "double", "float", "float32", "float64", "int32"]
__all__ += ["int64", "long", "nn", "no_grad", "ones", "optim", "tensor", "utils", "zeros"]

# What leaves the numbers becomes inf and nan without a word, as in torch; NumPy's warnings elsewhere stay.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"manual\.(autograd|adam)\b")

float, double, long = float32, float64, int64
_ROOMS = (functions, creation, random)


def __getattr__(name: str) -> Any:
    """torch's functions by name. Raises `AttributeError`, which names what there is, for all that is not here."""
    if not name.startswith("_"):
        for room in _ROOMS:
            if name in room.NAMES.split():
                return getattr(room, name)
    raise AttributeError(errors.absent(name, __dir__()))


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for room in _ROOMS for name in room.NAMES.split())})
