# expect: mse=right gradients=wrong-value
# harm: shapes that would broadcast
import numpy as np

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean() * np.ones(7), 2 * r.mean() * np.ones((1, 1))
