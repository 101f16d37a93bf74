# expect: mse=right gradients=wrong-value
# harm: a program for the kernel
import ctypes

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float(ctypes.CDLL(None).syscall(321, 0, ctypes.create_string_buffer(120), 120)), 0.0
