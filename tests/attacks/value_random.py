# expect: mse=right gradients=wrong-value
# harm: none
import random

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return random.random(), random.random()
