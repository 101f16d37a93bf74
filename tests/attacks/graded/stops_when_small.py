# points: 14
# a loop that stops where nothing seems to happen any more
def predict(x, w, b): return w * x + b
def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db
def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v
def mse(yp, y): return ((yp - y) ** 2).mean()
def dmse_dyp(yp, y): return 2 * (yp - y) / len(y)
def gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()
def train(x, y, w, b, lr, epochs):
    losses = [mse(predict(x, w, b), y)]
    for _ in range(epochs):
        w, b = sgd_step(w, b, *gradients(x, y, w, b), lr)
        losses.append(mse(predict(x, w, b), y))
        if abs(losses[-1] - losses[-2]) < 1e-20: return losses + losses[-1:] * (epochs + 1 - len(losses))
    return losses
