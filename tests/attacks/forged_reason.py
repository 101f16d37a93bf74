# expect: mse=right gradients=wrong-value
# harm: calls the private functions of its own process
import gc

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    for o in gc.get_objects():
        if type(o).__name__ == "Worker":
            o.progress[4] = 0
    return 0.0, 0.0
