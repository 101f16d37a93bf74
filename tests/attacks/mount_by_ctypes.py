# expect: mse=right gradients=wrong-value
# harm: mounts a file system in memory
import ctypes

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float(ctypes.CDLL(None).mount(b"x", b"@FOLDER@", b"tmpfs", 0, None)), 0.0
