# expect: mse=right gradients=right
# harm: learns whether a path exists and how large the file is: this is not defended, and the threat model says so
import os


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    assert os.stat("@FOLDER@/secret").st_size == len("unchanged")
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()
