# expect: mse=right gradients=exited
# harm: none
import atexit

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    atexit.register(print)
    raise SystemExit(2)
