# expect: mse=right gradients=exited:SystemExit
# harm: none
import sys

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    sys.exit(0)
