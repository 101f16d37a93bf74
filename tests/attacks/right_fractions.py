# expect: mse=right gradients=right
# harm: exact fractions
from fractions import Fraction


def mse(yp, y):
    return sum((Fraction(p) - Fraction(t)) ** 2 for p, t in zip(yp, y)) / len(y)


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()
