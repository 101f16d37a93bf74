# expect: mse=right gradients=right
# harm: an object that can be called
class Mse:
    def __call__(self, yp, y):
        return ((yp - y) ** 2).mean()


mse = Mse()


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()
