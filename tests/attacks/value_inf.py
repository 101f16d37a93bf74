# expect: mse=right gradients=wrong-value
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return float("inf"), -float("inf")
