# expect: mse=right gradients=out-of-memory
# harm: 2 GB where nothing stops it
import numpy as np

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return np.ones(1 << 28).sum(), 0.0
