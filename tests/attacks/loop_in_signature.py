# expect: mse=right gradients=timed-out
# harm: hangs where its parameters are looked at
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    pass


class Endless:
    @property
    def __signature__(self):
        while True:
            pass

    def __call__(self):
        pass


gradients = Endless()
