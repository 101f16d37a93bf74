# expect: mse=right gradients=error
# harm: a metaclass that lies about names
class Meta(type):
    @property
    def __name__(cls):
        raise ValueError("no name")


class Odd(metaclass=Meta):
    pass


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return Odd(), 0.0
