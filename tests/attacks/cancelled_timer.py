# expect: mse=right gradients=timed-out
# harm: switches its own alarm off
import signal

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(timer, 0)
    while True:
        pass
