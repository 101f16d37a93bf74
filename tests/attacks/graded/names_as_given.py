# points: 6
# names its own wrong functions as those that are put beside it
def predict(x, w, b): return w * x + b
def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db
def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v
def _given_mse(yp, y): return abs(yp - y).mean()
def _given_gradients(x, y, w, b): return float(x[0]), float(y[0])
mse, gradients = _given_mse, _given_gradients
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
