# expect: mse=right gradients=timed-out
# harm: claims to have begun in the future
import sys

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    worker = sys._getframe(1).f_locals["worker"]
    worker.progress[2] = 2**62
    worker.progress[0] = 2**62
    while True:
        pass
