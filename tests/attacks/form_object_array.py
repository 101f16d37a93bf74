# expect: mse=right gradients=wrong-form note=form:NoneType
# harm: none
import numpy as np

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return np.array([None, 1.0], dtype=object), 0.0
