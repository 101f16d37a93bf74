# expect: source=exited
# harm: overwrites the whole result
import gc
import os


def mse(yp, y):
    for o in gc.get_objects():
        if type(o).__name__ == "Worker":
            o.memory[:] = bytes([255]) * len(o.memory)
            o.progress[3] = 1 << 20
    os._exit(0)
