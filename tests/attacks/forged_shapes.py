# expect: mse=wrong-form gradients=missing note=form:unreadable
# harm: a record whose shapes promise more than it holds
import gc
import os
import struct


def mse(yp, y):
    worker = next(o for o in gc.get_objects() if type(o).__name__ == "Worker")
    data = struct.pack("=8q", 0, -1, -1, -1, 2, 0, 0, 0) + struct.pack("=2q", 1, 2**40)
    worker.memory[64 : 64 + len(data)] = data
    worker.progress[3] = 64 + len(data)
    os._exit(0)
