# expect: mse=right gradients=wrong-form note=form:gradients
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


class gradients:
    def __init__(self, x, y, w, b):
        pass
