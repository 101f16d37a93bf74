# expect: mse=right gradients=timed-out
# harm: claims to have begun again and again
import sys

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    worker = sys._getframe(1).f_locals["worker"]
    while True:
        worker.start(worker.progress[0])
