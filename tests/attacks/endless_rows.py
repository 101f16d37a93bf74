# expect: mse=wrong-form gradients=wrong-form note=form:too-large
# harm: a shape without data, of which the judge would make a million million lists
import numpy as np


def mse(yp, y):
    return np.zeros((10**12, 0))


def gradients(x, y, w, b):
    return np.zeros((1000, 1000, 1000, 0)), 0.0
