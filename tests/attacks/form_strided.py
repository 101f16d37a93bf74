# expect: mse=right gradients=wrong-form note=form:too-large
# harm: claims 8 * 10**18 bytes that take none
import numpy as np


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    huge = np.lib.stride_tricks.as_strided(np.zeros(1), (10**9, 10**9), (0, 0))
    return huge, 1.0
