# expect: mse=right gradients=right
# harm: lists
def mse(yp, y):
    return [sum((float(p) - float(t)) ** 2 for p, t in zip(yp, y)) / len(y)][0]


def gradients(x, y, w, b):
    r = [w * u + b - v for u, v in zip(x, y)]
    return [2 * sum(p * u for p, u in zip(r, x)) / len(r), 2 * sum(r) / len(r)]
