# expect: mse=right gradients=timed-out
# harm: switches its own alarm off
import signal

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    signal.setitimer(signal.ITIMER_REAL, 0)
    while True:
        pass
