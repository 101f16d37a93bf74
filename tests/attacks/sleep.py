# expect: mse=right gradients=stalled line=10
# harm: sleeps for an hour
import time

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    time.sleep(3600)
    return 0.0, 0.0
