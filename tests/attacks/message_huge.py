# expect: mse=right gradients=error:ValueError
# harm: takes all memory where its exception is told
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise ValueError("x" * (100 << 20))
