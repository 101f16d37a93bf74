# expect: mse=right gradients=timed-out
# harm: catastrophic backtracking
import re

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return re.match("(a+)+$", "a" * 40 + "b"), 0.0
