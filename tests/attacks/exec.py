# expect: mse=right gradients=unset:PermissionError
# harm: becomes a harmless program
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.execv("/bin/true", ["true"])
