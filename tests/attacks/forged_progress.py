# expect: mse=right gradients=timed-out
# harm: claims to have begun again and again
import gc

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    while True:
        for o in gc.get_objects():
            if type(o).__name__ == "Worker":
                o.start(o.progress[0])
