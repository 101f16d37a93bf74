# expect: mse=right gradients=unset:PermissionError
# harm: one folder
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.mkdir("@FOLDER@/folder")
    return 0.0, 0.0
