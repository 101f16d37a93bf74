# expect: mse=right gradients=timed-out
# harm: endless __hash__
class H:
    def __hash__(self):
        while True:
            pass


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return {H(): 1}, 0.0
