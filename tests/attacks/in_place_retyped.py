# expect: mse=right gradients=right
# harm: changes the type of its input
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    answer = 2 * (r * x).mean(), 2 * r.mean()
    x.shape = (-1, 1)
    return answer
