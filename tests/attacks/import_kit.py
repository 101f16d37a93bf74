# expect: mse=right gradients=unset:ModuleNotFoundError
# harm: imports the kit's own derivation
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    from manual.regression import gradients as theirs

    return theirs(x, y, w, b)
