# expect: mse=exited gradients=missing
# harm: a record that claims to be longer than all memory
import os
import struct
import sys


def mse(yp, y):
    worker = sys._getframe(1).f_locals["worker"]
    data = struct.pack("=8q", 0, -1, -1, -1, 2**60, 2**60, 2**60, -(2**61))
    worker.memory[64 : 64 + len(data)] = data
    worker.progress[3] = 64 + len(data)
    os._exit(0)
