# expect: mse=right gradients=error:RuntimeError
# harm: one thread
import threading

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    threading.Thread(target=int).start()
    return 0.0, 0.0
