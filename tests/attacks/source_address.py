# expect: mse=right gradients=error:0x…
# harm: a message with an address
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise ValueError(object())
