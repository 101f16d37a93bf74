# expect: mse=right gradients=unset
# harm: imports torch by its path
import os
import sys

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    import numpy

    sys.path.append(os.path.dirname(os.path.dirname(numpy.__file__)))
    import torch

    return torch.zeros(2)
