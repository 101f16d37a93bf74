# expect: mse=right gradients=timed-out
# harm: catches its own alarm
import signal

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    for alarm in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(alarm, lambda *_: None)
    while True:
        pass
