# expect: mse=right gradients=unset:EOFError
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float(input()), 0.0
