# expect: mse=right gradients=wrong-form note=form:NoneType
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return None
