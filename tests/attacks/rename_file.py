# expect: mse=right gradients=unset:PermissionError
# harm: renames a file of this test
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.rename("@FOLDER@/secret", "@FOLDER@/renamed")
    return 0.0, 0.0
