# expect: mse=right gradients=unset:PermissionError
# harm: reads the list of users
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(open("/etc/passwd").read()), 0.0
