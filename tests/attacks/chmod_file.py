# expect: mse=right gradients=unset:PermissionError
# harm: changes the mode of a file of this test
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.chmod("@FOLDER@/secret", 0)
    return 0.0, 0.0
