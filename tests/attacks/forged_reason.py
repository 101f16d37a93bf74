# expect: mse=right gradients=wrong-value
# harm: calls the private functions of its own process
import sys

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    sys._getframe(1).f_locals["worker"].progress[4] = 0
    return 0.0, 0.0
