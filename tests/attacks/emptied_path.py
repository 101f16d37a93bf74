# expect: mse=right gradients=unset:ModuleNotFoundError
# harm: none
import sys


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    sys.modules.clear()
    sys.path.clear()
    sys.meta_path.clear()
    import numpy

    return numpy.zeros(2)
