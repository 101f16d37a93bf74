# expect: mse=right gradients=timed-out
# harm: refuses to unwind
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    try:
        return 1 / 0, 0
    finally:
        while True:
            pass
