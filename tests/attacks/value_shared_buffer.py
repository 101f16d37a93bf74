# expect: mse=right gradients=wrong-value
# harm: one array for all results, changed later
import numpy as np

buffer = np.zeros(2)

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    buffer[:] = [w, b]
    return buffer
