# mypy: ignore-errors
# The right steps, one of which is put in the place of a student's own to see what is right but for that: appended to
# the answer, and run with it. Every name starts with `_given_`, so that none of the student's is hidden.
def _given_predict(x, w, b):
    return w * x + b


def _given_mse(yp, y):
    return ((yp - y) ** 2).mean()


def _given_dmse_dyp(yp, y):
    return 2 * (yp - y) / len(y)


def _given_gradients(x, y, w, b):
    r = w * x + b - y
    return 2 * (r * x).mean(), 2 * r.mean()


def _given_sgd_step(w, b, dw, db, lr):
    return w - lr * dw, b - lr * db


def _given_momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v
