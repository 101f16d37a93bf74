# expect: mse=right gradients=unset:PermissionError
# harm: reads its parent's environment
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    open(f"/proc/{os.getppid()}/environ", "rb").read()
