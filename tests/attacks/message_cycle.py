# expect: mse=right gradients=error:ValueError
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    one, other = ValueError("one"), KeyError("other")
    one.__cause__, other.__cause__ = other, one
    raise one
