# expect: mse=error gradients=error
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return len(x), float(w)


__builtins__.clear()
