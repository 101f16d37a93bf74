# expect: mse=right gradients=out-of-memory
# harm: 2 GB where nothing stops it
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return sum([0] * (1 << 28)), 0.0
