# expect: mse=right gradients=crashed:SIGSEGV
# harm: none
import ctypes

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    ctypes.string_at(0)
