# expect: mse=right gradients=unset
# harm: one fork
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    pid, _ = os.forkpty()
    if pid == 0:
        os._exit(0)
    return 0.0, 0.0
