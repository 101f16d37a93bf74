# expect: mse=right gradients=unset:PermissionError
# harm: removes a file of this test
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.remove("@FOLDER@/secret")
    return 0.0, 0.0
