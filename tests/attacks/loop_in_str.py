# expect: mse=right gradients=timed-out
# harm: endless __str__ while the message is read
class E(Exception):
    def __str__(self):
        while True:
            pass


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise E
