# expect: mse=right gradients=right
# harm: Korean names
"""경사를 구하는 답."""


def mse(yp, y):
    잔차 = yp - y
    print("손실:", 잔차)
    return (잔차**2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()
