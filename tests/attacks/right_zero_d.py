# expect: mse=right gradients=right
# harm: 0-d arrays
import numpy as np


def mse(yp, y):
    return np.asarray(((yp - y) ** 2).mean())


def gradients(x, y, w, b):
    r = w * x + b - y
    return np.array([2 * (r * x).mean(), 2 * r.mean()])
