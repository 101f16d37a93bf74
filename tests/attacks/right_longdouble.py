# expect: mse=right gradients=right
# harm: extended precision
import numpy as np


def mse(yp, y):
    return np.longdouble(((yp - y) ** 2).mean())


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()
