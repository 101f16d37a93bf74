# expect: mse=right gradients=right
# harm: functools.wraps and caches
import functools


@functools.lru_cache
def scale(n):
    return 2 / n


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    return scale(len(x)) * (r * x).sum(), scale(len(x)) * r.sum()
