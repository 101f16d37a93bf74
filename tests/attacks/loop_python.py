# expect: mse=right gradients=timed-out line=8
# harm: one core until the limit
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    while True:
        pass
