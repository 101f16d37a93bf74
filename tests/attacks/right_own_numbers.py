# expect: mse=right gradients=right
# harm: a class of the student's own with __float__
class Number:
    def __init__(self, value):
        self.value = value

    def __float__(self):
        return float(self.value)


def mse(yp, y):
    return Number(((yp - y) ** 2).mean())


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()
