# expect: mse=right gradients=error:RecursionError
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return gradients(x, y, w, b)
