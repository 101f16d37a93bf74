# expect: mse=right gradients=unset:PermissionError
# harm: two thousand pipes
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    kept = []
    for _ in range(1000):
        kept.append(os.pipe())
    return 0.0, 0.0
