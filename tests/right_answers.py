"""Answers that are right, as a student might write them."""

import numpy as np


def predict(x, w, b):
    return w * x + b


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def dmse_dyp(yp, y):
    return 2 * (yp - y) / len(y)


def gradients(x, y, w, b):
    r = predict(x, w, b) - y
    return 2 * np.mean(r * x), 2 * np.mean(r)


def sgd_step(w, b, dw, db, lr):
    return w - lr * dw, b - lr * db


def train(x, y, w, b, lr, epochs):
    losses = []
    for _ in range(epochs + 1):
        losses.append(mse(predict(x, w, b), y))
        dw, db = gradients(x, y, w, b)
        w, b = sgd_step(w, b, dw, db, lr)
    return losses


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
