# expect: mse=right gradients=right
# harm: matrix form
import numpy as np


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    a = np.stack([x, np.ones_like(x)])
    return 2 * a @ (np.array([w, b]) @ a - y) / len(x)
