# expect: mse=right gradients=wrong-value
# harm: asks for a key ring
import ctypes

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float(ctypes.CDLL(None).syscall(250, 0, -3, 0)), 0.0
