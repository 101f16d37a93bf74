# expect: source=exited
# harm: overwrites the whole result
import os
import sys


def mse(yp, y):
    worker = sys._getframe(1).f_locals["worker"]
    worker.memory[:] = bytes([255]) * len(worker.memory)
    worker.progress[3] = 1 << 20
    os._exit(0)
