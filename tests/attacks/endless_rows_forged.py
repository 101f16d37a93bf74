# expect: mse=wrong-form gradients=missing
# harm: writes a shape without data into the result itself
import sys


def mse(yp, y):
    codes = sys._getframe(1).f_locals["codes"]
    codes.extend((2, 10**12, 0))
    raise SystemExit
