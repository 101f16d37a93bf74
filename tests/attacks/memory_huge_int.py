# expect: mse=right gradients=out-of-memory
# harm: 1 GB where nothing stops it
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return (1 << (1 << 33)) % 7, 0.0
