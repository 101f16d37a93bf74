# expect: mse=wrong-value gradients=wrong-value
# harm: writes the records of every exercise itself
import os
import struct
import sys


def zeros(number, outputs, calls=12):
    head = struct.pack("=8q", number, -1, -1, -1, outputs * calls, outputs * calls, 0, 0)
    return head + bytes(16 * outputs * calls)


def mse(yp, y):
    worker = sys._getframe(1).f_locals["worker"]
    data = zeros(0, 1) + zeros(1, 2)
    worker.memory[64 : 64 + len(data)] = data
    worker.progress[3] = 64 + len(data)
    os._exit(0)
