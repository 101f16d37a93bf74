# expect: mse=right gradients=right
# harm: lambdas
mse = lambda yp, y: ((yp - y) @ (yp - y)) / len(y)
gradients = lambda x, y, w, b: (2 * ((w * x + b - y) @ x) / len(x), 2 * (w * x + b - y).sum() / len(x))
