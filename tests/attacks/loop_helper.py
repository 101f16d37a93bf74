# expect: mse=right gradients=timed-out line=8
# harm: one core until the limit, in a helper
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def settle(value):
    while value != 0:
        value = (
            value + 1
        )


def gradients(x, y, w, b):
    for part in (1,):
        pass
    return settle(
        part
    ), 0.0
