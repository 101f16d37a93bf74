# expect: mse=unset gradients=unset
# harm: forgets every module
import sys

sys.modules.clear()

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()
