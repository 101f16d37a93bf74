# expect: mse=right gradients=wrong-value
# harm: a float that equals everything
class Same(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __hash__ = None


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return Same(0), Same(0)
