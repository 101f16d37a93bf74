# expect: mse=right gradients=unset:PermissionError
# harm: learns where links lead
import os


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float(len(os.readlink("/proc/self/exe"))), 0.0
