# expect: mse=right gradients=timed-out
# harm: blocks every signal that can be
import signal

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass
