# expect: mse=right gradients=wrong-form note=count:3
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return 1.0, 2.0, 3.0
