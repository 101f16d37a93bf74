# expect: mse=wrong-form gradients=missing note=form:unreadable
# harm: a record whose shapes promise more than it holds
import os
import struct
import sys


def mse(yp, y):
    worker = sys._getframe(1).f_locals["worker"]
    data = struct.pack("=8q", 0, -1, -1, -1, 2, 0, 0, 0) + struct.pack("=2q", 1, 2**40)
    worker.memory[64 : 64 + len(data)] = data
    worker.progress[3] = 64 + len(data)
    os._exit(0)
