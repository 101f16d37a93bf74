# expect: mse=right gradients=error:RuntimeError
# harm: a hundred threads for two seconds
import _thread
import time

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    for _ in range(100):
        _thread.start_new_thread(time.sleep, (2,))
    return 0.0, 0.0
