# coding: latin-1
# expect: mse=right gradients=right
# harm: another encoding, declared
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()


name = 'é'
