# expect: mse=right gradients=unset:PermissionError
# harm: a file in memory
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float(os.memfd_create("x")), 0.0
