# expect: mse=right gradients=wrong-value
# harm: one harmless program
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float(os.system("exit 0")), 0.0
