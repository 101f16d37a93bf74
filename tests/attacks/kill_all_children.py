# expect: mse=right gradients=unset:PermissionError
# harm: asks every process of the user for a sign of life
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.kill(-1, 0)
