# expect: mse=right gradients=unset
# harm: one small file
import tempfile

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    tempfile.NamedTemporaryFile()
    return 0.0, 0.0
