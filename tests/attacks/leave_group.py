# expect: mse=right gradients=unset:PermissionError
# harm: a session of its own
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.setsid()
    return 0.0, 0.0
