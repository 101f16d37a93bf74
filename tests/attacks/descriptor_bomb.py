# expect: mse=right gradients=unset:OSError
# harm: two thousand descriptors
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    kept = []
    for _ in range(2000):
        kept.append(os.open(os.__file__, os.O_RDONLY))
    return 0.0, 0.0
