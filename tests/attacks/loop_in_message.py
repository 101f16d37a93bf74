# expect: mse=right gradients=timed-out
# harm: hangs where its exception is told
class Endless(Exception):
    def __str__(self):
        while True:
            pass


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise Endless
