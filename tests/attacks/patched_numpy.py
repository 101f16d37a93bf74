# expect: mse=right gradients=wrong-value
# harm: makes every comparison true
import numpy as np

np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
np.asarray = np.array = lambda *a, **k: 0.0

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return 0.0, 0.0
