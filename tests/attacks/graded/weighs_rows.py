# points: 6
# weighs its rows throughout: another problem, solved consistently
import numpy as np
def predict(x, w, b): return w * x + b
def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db
def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v

def mse(yp, y): return ((yp - y) ** 2 * np.arange(1, len(y) + 1)).mean()
def dmse_dyp(yp, y): return 2 * (yp - y) * np.arange(1, len(y) + 1) / len(y)
def gradients(x, y, w, b):
    d = dmse_dyp(predict(x, w, b), y)
    return (d * x).sum(), d.sum()
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
