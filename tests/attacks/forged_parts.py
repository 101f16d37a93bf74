# expect: mse=right gradients=right
# harm: names lines that are not there
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()


# parts at lines 9999999 1 1 0 0000000 5
