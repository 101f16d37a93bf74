# expect: mse=right gradients=unset:PermissionError
# harm: sixteen forks at the most
import os
import time

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    for _ in range(4):
        os.fork()
    time.sleep(2)
    return 0.0, 0.0
