# expect: mse=right gradients=unset:PermissionError
# harm: one fork
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return float(pid), 0.0
