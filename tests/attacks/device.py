# expect: mse=right gradients=unset:PermissionError
# harm: reads a device
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(open("/dev/zero", "rb").read(10)), 0.0
