# expect: mse=right gradients=wrong-form note=form:Boom
# harm: a class that runs when it is unpickled
class Boom:
    def __reduce__(self):
        return (exit, ())


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return Boom(), Boom()
