# expect: mse=right gradients=unset:PermissionError
# harm: reads a file that anyone may read
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(open("@FOLDER@/secret").read()), 0.0
