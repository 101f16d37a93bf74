# expect: mse=right gradients=unset
# harm: one process
import multiprocessing

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    p = multiprocessing.Process(target=int)
    p.start()
    return 0.0, 0.0
