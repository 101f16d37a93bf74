# expect: mse=right gradients=unset:PermissionError
# harm: reads its own maps
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(open("/proc/self/maps").read()), 0.0
