# expect: mse=right gradients=wrong-form note=form:generator
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    yield 1.0
    yield 2.0
