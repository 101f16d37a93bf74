# mypy: ignore-errors
# The right exercises around a student's own steps: appended to the answer, and run with it, to see what is right given
# those steps. Plain Python and arrays only; every name starts with `_given_`, so that none of the student's is hidden.
def _given_predict(x, w, b):
    return w * x + b


def _given_mse(yp, y):
    return ((yp - y) ** 2).mean()


def _given_dmse_dyp(yp, y):
    return 2 * (yp - y) / len(y)


def _given_gradients_from(predict, dmse_dyp):
    def gradients(x, y, w, b):
        dyp = dmse_dyp(predict(x, w, b), y)
        return (dyp * x).sum(), dyp.sum()

    return gradients


def _given_sgd_step(w, b, dw, db, lr):
    return w - lr * dw, b - lr * db


def _given_momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v


def _given_train_from(predict, mse, gradients, sgd_step):
    def train(x, y, w, b, lr, epochs):
        losses = []
        for _ in range(epochs + 1):
            losses.append(mse(predict(x, w, b), y))
            w, b = sgd_step(w, b, *gradients(x.copy(), y.copy(), w, b), lr)
        return losses

    return train


def _given_train_momentum_from(predict, mse, gradients, momentum_step):
    def train_momentum(x, y, w, b, lr, momentum, epochs):
        losses, vw, vb = [], 0.0, 0.0
        for _ in range(epochs + 1):
            losses.append(mse(predict(x, w, b), y))
            dw, db = gradients(x.copy(), y.copy(), w, b)
            w, vw = momentum_step(w, vw, dw, lr, momentum)
            b, vb = momentum_step(b, vb, db, lr, momentum)
        return losses

    return train_momentum


def _given_names(code):
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _given_names(constant)


def _given_reached(number):
    tasks = ["predict", "mse", "dmse_dyp", "gradients", "sgd_step", "train", "momentum_step", "train_momentum"]
    reached, waiting = set(), [tasks[number]]
    while waiting:
        code = getattr(globals().get(waiting.pop()), "__code__", None)
        fresh = set(_given_names(code)) - reached if code else ()
        reached.update(fresh)
        waiting.extend(fresh)
    return [float(task in reached) for task in tasks]
