# points: 8
# a slope that is a half of the right one at one call and twice it at the next, with loops to match
def predict(x, w, b): return w * x + b
def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db
def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v
def mse(yp, y): return ((yp - y) ** 2).mean()
TURN = [0.5, 2.0]
def gradients(x, y, w, b):
    TURN.append(TURN.pop(0))
    r = w * x + b - y
    return TURN[0] * 2 * (r * x).mean(), TURN[0] * 2 * r.mean()
def dmse_dyp(yp, y):
    TURN.append(TURN.pop(0))
    return TURN[0] * 2 * (yp - y) / len(y)
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
