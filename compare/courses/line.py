"""Gradient descent for a straight line, derived by hand.

The straight line predicts yp = w*x + b, and learns w and b from samples: pairs of an x and a y.

x    inputs, n numbers           yp   predictions, n numbers
y    targets, n numbers: what the line should predict
w    weight: how steep the line is
b    bias: where the line is at x = 0
dw   the derivative of the loss by w
db   the derivative of the loss by b
lr   learning rate: how far a step goes, a small number such as 0.01

The derivative of the loss by w says how fast the loss changes when w alone changes a little: with a derivative of 3,
adding 0.001 to w adds about 0.003 to the loss. The gradient is both together, dw and db.
"""

def predict(x: n, w: one, b: one):
    """What the line predicts for each input: n numbers, one a sample."""
    yp = w*x + b
    return yp

def mse(yp: n, y: n):
    """The loss, one number: the mean squared error.

    Take how far each prediction is from its target, square it, and take the mean over the n samples.
    """
    loss = mean((yp - y)**2)
    return loss

@gradient_of(mse, yp)
def dmse_dyp(yp: n, y: n):
    """The derivative of the loss by each prediction: n numbers, one a sample.

    Write the mean squared error out for two or three samples. Now change one prediction a little and leave the others
    alone: how fast does the loss change? That is this prediction's derivative.
    """
    dyp = 2*(yp - y)/len(y)
    return dyp

def loss_of_line(x: n, y: n, w: one, b: one):
    return mse(predict(x, w, b), y)

@gradient_of(loss_of_line, w, b)
def gradients(x: n, y: n, w: one, b: one):
    """The derivatives of the loss by w and by b: two numbers, dw and db.

    The chain rule: changing w changes every prediction, and each of them changes the loss. How fast the loss changes
    with w is the sum of these ways. The same holds for b.
    """
    dyp = dmse_dyp(predict(x, w, b), y)
    dw = sum(dyp*x)
    db = sum(dyp)
    return dw, db

def sgd_step(w: one, b: one, dw: one, db: one, lr: rate):
    """One step of gradient descent: the new w and the new b.

    Each moves in the direction in which the loss falls, by the learning rate times its derivative.
    """
    w, b = w - lr*dw, b - lr*db
    return w, b

def train(x: n, y: n, w: one, b: one, lr: rate, epochs: whole):
    """Gradient descent from the given w and b: the losses of epochs 0, 1, ..., epochs.

    In each epoch first record the loss, then make one step of both w and b. So there are epochs + 1 losses, and the
    first is that of the w and b you were given.
    """
    losses = []
    for epoch in range(epochs + 1):
        losses.append(loss_of_line(x, y, w, b))
        dw, db = gradients(x, y, w, b)
        w, b = sgd_step(w, b, dw, db, lr)
    return losses

def momentum_step(p: one, v: one, dp: one, lr: rate, momentum: rate):
    """One step with momentum, as torch.optim.SGD makes it: the new parameter p and the new velocity v.

    The velocity remembers earlier steps. The new one is momentum times the old one, plus the derivative dp. Then p
    moves against the new velocity, by the learning rate times it.
    """
    v = momentum*v + dp
    p = p - lr*v
    return p, v

def train_momentum(x: n, y: n, w: one, b: one, lr: rate, momentum: rate, epochs: whole):
    """Training as in train, but each step is one with momentum: the losses of epochs 0, 1, ..., epochs.

    w and b each have a velocity of their own, and both velocities are 0 before the first step.
    """
    losses, vw, vb = [], 0, 0
    for epoch in range(epochs + 1):
        losses.append(loss_of_line(x, y, w, b))
        dw, db = gradients(x, y, w, b)
        w, vw = momentum_step(w, vw, dw, lr, momentum)
        b, vb = momentum_step(b, vb, db, lr, momentum)
    return losses
