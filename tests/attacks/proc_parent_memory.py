# expect: mse=right gradients=unset:PermissionError
# harm: opens its parent's memory
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    open(f"/proc/{os.getppid()}/mem", "rb").read(1)
