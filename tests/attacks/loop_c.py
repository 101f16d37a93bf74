# expect: mse=right gradients=timed-out
# harm: one core until the limit, inside C
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return sum(range(10**12)), 0.0
