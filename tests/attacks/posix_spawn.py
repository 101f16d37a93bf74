# expect: mse=right gradients=unset:PermissionError
# harm: one harmless program
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return os.posix_spawn("/bin/true", ["true"], {}), 0.0
