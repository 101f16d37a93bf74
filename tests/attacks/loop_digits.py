# expect: mse=right gradients=timed-out
# harm: hangs in C, where no handler runs
import sys

sys.set_int_max_str_digits(0)


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(str(7 ** (10**8))), 0.0
