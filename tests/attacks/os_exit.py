# expect: mse=right gradients=exited:exit_3
# harm: none
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os._exit(3)
