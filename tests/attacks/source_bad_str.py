# expect: mse=right gradients=error
# harm: a message that raises
class E(Exception):
    def __str__(self):
        raise ValueError


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise E
