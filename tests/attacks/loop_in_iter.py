# expect: mse=right gradients=timed-out
# harm: endless iteration while the result is read
class L(list):
    def __len__(self):
        return 2

    def __getitem__(self, i):
        while True:
            pass

    def __iter__(self):
        while True:
            pass


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return L([1, 2]), 0.0
