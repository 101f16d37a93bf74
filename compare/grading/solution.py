"""Our own answers, graded before anybody else's: they must reach full marks, or the course or the grader is at fault.

A student's file like any other, self-contained, as it is read by the sandbox and never imported. Each derivative is
derived in `manual/`.
"""
# It is written as students write.
# mypy: ignore-errors


def predict(x, w, b):
    return w * x + b


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def dmse_dyp(yp, y):
    return 2 * (yp - y) / len(y)


def gradients(x, y, w, b):
    dyp = dmse_dyp(predict(x, w, b), y)
    return (dyp * x).sum(), dyp.sum()


def sgd_step(w, b, dw, db, lr):
    return w - lr * dw, b - lr * db


def train(x, y, w, b, lr, epochs):
    return train_momentum(x, y, w, b, lr, 0.0, epochs)


def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v


def train_momentum(x, y, w, b, lr, momentum, epochs):
    losses, vw, vb = [], 0.0, 0.0
    for _ in range(epochs + 1):
        losses.append(mse(predict(x, w, b), y))
        dw, db = gradients(x, y, w, b)
        w, vw = momentum_step(w, vw, dw, lr, momentum)
        b, vb = momentum_step(b, vb, db, lr, momentum)
    return losses
