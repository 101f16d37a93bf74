# expect: mse=right gradients=error:TypeError line=7
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y):
    return 0.0, 0.0
