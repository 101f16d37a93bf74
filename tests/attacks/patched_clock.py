# expect: mse=right gradients=timed-out
# harm: stops the clock
import time

time.monotonic = time.monotonic_ns = time.time = time.process_time = time.process_time_ns = lambda: 0

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    while True:
        pass
