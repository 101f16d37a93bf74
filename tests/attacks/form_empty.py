# expect: mse=right gradients=missing line=7
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    pass
