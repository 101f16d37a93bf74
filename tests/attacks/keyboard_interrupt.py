# expect: mse=right gradients=error:KeyboardInterrupt
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise KeyboardInterrupt
