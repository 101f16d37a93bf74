# expect: mse=right gradients=timed-out
# harm: endless __float__ while the result is read
class F:
    def __float__(self):
        while True:
            pass


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return F(), 0.0
