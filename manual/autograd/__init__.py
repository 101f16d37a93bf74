"""An autograd engine from scratch, with torch's face: `from manual import autograd as torch`.

    engine.py     the graph and the way back through it        operations.py  the operators
    rules.py      the table of gradient rules                  tensor.py      .grad and .backward()
    recording.py  how an operation enters the graph            printing.py    tensors as torch prints them
    optim.py      SGD, by the one rule of manual/sgd.py        lesson.py      the lessons on this engine
"""

from manual.autograd import nn, optim
from manual.autograd.creation import FloatTensor, ones, tensor, zeros
from manual.autograd.dtypes import Size, float32, float64, int32, int64
from manual.autograd.dtypes import bool_ as bool
from manual.autograd.recording import no_grad
from manual.autograd.tensor import Tensor

__all__ = [
    "FloatTensor",
    "Size",
    "Tensor",
    "abs",
    "bool",
    "double",
    "exp",
    "float",
    "float32",
    "float64",
    "int32",
    "int64",
    "log",
    "long",
    "mean",
    "nn",
    "no_grad",
    "ones",
    "optim",
    "relu",
    "sqrt",
    "sum",
    "tanh",
    "tensor",
    "zeros",
]

float, double, long = float32, float64, int64
abs, exp, log, mean, relu = Tensor.abs, Tensor.exp, Tensor.log, Tensor.mean, Tensor.relu
sqrt, sum, tanh = Tensor.sqrt, Tensor.sum, Tensor.tanh
