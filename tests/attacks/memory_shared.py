# expect: mse=right gradients=out-of-memory
# harm: 4 GB of mapped memory where nothing stops it
import mmap

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(mmap.mmap(-1, 4 << 30)), 0.0
