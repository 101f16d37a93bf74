# expect: mse=right gradients=right
# harm: a named tuple
from collections import namedtuple

G = namedtuple("G", "dw db")


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    return G(2 * (r * x).mean(), 2 * r.mean())
