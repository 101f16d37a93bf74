# expect: mse=right gradients=timed-out
# harm: ignores every signal that can be
import signal

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    for s in signal.valid_signals():
        try:
            signal.signal(s, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass
