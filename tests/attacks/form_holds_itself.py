# expect: mse=right gradients=wrong-form
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    both = [0.0]
    both.append(both)
    return both
