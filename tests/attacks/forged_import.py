# expect: mse=right gradients=unset:ImportError
# harm: none: what it gets for that is nothing
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise ImportError("I could not")
