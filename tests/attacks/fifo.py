# expect: mse=right gradients=unset:PermissionError
# harm: one fifo
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.mkfifo("@FOLDER@/fifo")
    return 0.0, 0.0
