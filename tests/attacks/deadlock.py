# expect: mse=right gradients=stalled
# harm: waits for itself
import _thread

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    lock = _thread.allocate_lock()
    lock.acquire()
    lock.acquire()
