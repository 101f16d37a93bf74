# expect: mse=wrong-form gradients=missing note=form:unreadable
# harm: a record with negative dimensions
import gc
import os
import struct


def mse(yp, y):
    worker = next(o for o in gc.get_objects() if type(o).__name__ == "Worker")
    data = struct.pack("=8q", 0, -1, -1, -1, 3, 1, 0, 0) + struct.pack("=3q", 2, -1, -1) + bytes(8)
    worker.memory[64 : 64 + len(data)] = data
    worker.progress[3] = 64 + len(data)
    os._exit(0)
