# expect: mse=wrong-form gradients=missing note=form:unreadable
# harm: a record with negative dimensions
import os
import struct
import sys


def mse(yp, y):
    worker = sys._getframe(1).f_locals["worker"]
    data = struct.pack("=8q", 0, -1, -1, -1, 3, 1, 0, 0) + struct.pack("=3q", 2, -1, -1) + bytes(8)
    worker.memory[64 : 64 + len(data)] = data
    worker.progress[3] = 64 + len(data)
    os._exit(0)
