# expect: mse=right gradients=unset:PermissionError
# harm: ends its own group
import os
import signal

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.killpg(0, signal.SIGKILL)
