# expect: mse=right gradients=error:Stop
# harm: none
class Stop(BaseException):
    pass


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise Stop
