# expect: mse=right gradients=error:ValueError
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    error = None
    for place in range(100_000):
        following = ValueError(place)
        following.__cause__, error = error, following
    raise error
