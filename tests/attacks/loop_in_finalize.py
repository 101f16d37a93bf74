# expect: mse=right gradients=timed-out
# harm: hangs where a result is looked at
import numpy as np


class Endless(np.ndarray):
    def __array_finalize__(self, other):
        while True:
            pass


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return np.zeros(2).view(Endless)
