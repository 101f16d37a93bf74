# points: 12
# an epsilon in the denominator, below what anybody prints
def predict(x, w, b): return w * x + b
def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db
def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v
def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).sum() / (len(x) + 1e-9), 2 * r.sum() / (len(x) + 1e-9)
def mse(yp, y): return ((yp - y) ** 2).sum() / (len(y) + 1e-9)
def dmse_dyp(yp, y): return 2 * (yp - y) / (len(y) + 1e-9)
