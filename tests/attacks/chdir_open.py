# expect: mse=right gradients=unset:PermissionError
# harm: reads by another way to the same file
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.chdir("@FOLDER@")
    return len(open("secret").read()), 0.0
