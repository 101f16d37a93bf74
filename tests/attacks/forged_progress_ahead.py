# expect: mse=right gradients=timed-out
# harm: claims to have begun in the future
import gc

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    for o in gc.get_objects():
        if type(o).__name__ == "Worker":
            o.progress[2] = 2**62
            o.progress[0] = 2**62
    while True:
        pass
