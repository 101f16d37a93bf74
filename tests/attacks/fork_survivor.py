# expect: mse=right gradients=unset:PermissionError
# harm: a child that outlives its parent by ten seconds
import os
import time

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    if os.fork() == 0:
        os.setsid()
        time.sleep(10)
    return 0.0, 0.0
