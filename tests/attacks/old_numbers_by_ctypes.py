# expect: mse=right gradients=wrong-value
# harm: system calls under their x32 numbers
import ctypes

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float(ctypes.CDLL(None).syscall(0x40000000 + 57)), 0.0
