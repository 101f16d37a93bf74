# expect: mse=right gradients=right
# harm: a trial run that is not part of the answer
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()


if __name__ == "__main__":
    raise SystemExit("only a trial")
