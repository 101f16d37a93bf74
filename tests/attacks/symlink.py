# expect: mse=right gradients=unset:PermissionError
# harm: one link
import os

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    os.symlink("/etc/passwd", "@FOLDER@/link")
    return 0.0, 0.0
