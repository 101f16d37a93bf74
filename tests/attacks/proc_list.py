# expect: mse=right gradients=unset:PermissionError
# harm: lists processes
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(os.listdir("/proc")), 0.0
