# expect: mse=right gradients=wrong-value
# harm: an array that equals everything
import numpy as np


class Same(np.ndarray):
    def __eq__(self, other):
        return True

    def __array_ufunc__(self, *a, **k):
        return np.zeros(())

    __hash__ = None


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    a = np.zeros(()).view(Same)
    return a, a
