# expect: mse=right gradients=wrong-value
# harm: looks for the judge's environment
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float("HOME" in os.environ or "PATH" in os.environ), -1.0
