# expect: mse=error:ModuleNotFoundError gradients=error:ModuleNotFoundError
# harm: tells the stand-in for a library that the top level still runs, and asks it for numbers
import torch


def mse(yp, y):
    type(torch).__mro__[1].judging = False
    return torch.mean((yp - y) ** 2)


def gradients(x, y, w, b):
    object.__setattr__(torch, "__float__", lambda: 0.0)
    return float(torch), float(torch.x)
