# expect: mse=right gradients=wrong-form note=form:too-large
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return 10**400, 0.0
