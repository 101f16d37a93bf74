# expect: mse=right gradients=wrong-form note=form:too-large
# harm: none
import numpy as np

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return np.broadcast_to(0.0, (1 << 40,)), 0.0
