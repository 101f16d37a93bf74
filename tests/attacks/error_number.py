# expect: mse=right gradients=unset
# harm: ends where the number of its error is compared
class Equal(int):
    def __eq__(self, other):
        raise SystemExit

    __hash__ = int.__hash__


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    error = OSError()
    error.errno = Equal()
    raise error
