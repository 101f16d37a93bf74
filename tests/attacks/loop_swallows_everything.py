# expect: mse=right gradients=timed-out line=8
# harm: ignores every exception, for ever
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
