# expect: mse=right gradients=crashed
# harm: a core dump where nothing stops it
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.abort()
