# points: 6
# lets the right steps that are put in its places be differentiated
def predict(x, w, b): return w * x + b
def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db
def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v
def mse(yp, y): raise ValueError
def dmse_dyp(yp, y): raise ValueError
def gradients(x, y, w, b):
    loss = lambda w, b: mse(predict(x, w, b), y)
    return loss(w + 1e-30j, b).imag / 1e-30, loss(w, b + 1e-30j).imag / 1e-30
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
