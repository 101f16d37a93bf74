# expect: mse=right gradients=unset
# harm: writes to the terminal
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    open("/dev/tty", "w").write("x")
    return 0.0, 0.0
