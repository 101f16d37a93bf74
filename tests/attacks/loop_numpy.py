# expect: mse=right gradients=timed-out
# harm: one core until the limit, inside numpy
import numpy as np

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    a = np.ones((700, 700))
    while True:
        a = np.sin(a)
