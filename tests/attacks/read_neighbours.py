# expect: mse=right gradients=unset:PermissionError
# harm: lists the other submissions
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(os.listdir("@FOLDER@")), 0.0
