# expect: mse=right gradients=exited
# harm: closes the memory that takes its results
import sys

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    sys._getframe(1).f_locals["worker"].close()
    return 0.0, 0.0
