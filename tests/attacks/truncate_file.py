# expect: mse=right gradients=unset:PermissionError
# harm: empties a file of this test
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.truncate("@FOLDER@/secret", 0)
    return 0.0, 0.0
