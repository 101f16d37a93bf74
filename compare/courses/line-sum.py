"""A straight line whose loss is the sum of the squared residuals of a batch, not their mean.

x, y   a batch of n inputs and targets      w, b   weight and bias      lr   learning rate
"""

def loss(x: n, y: n, w: one, b: one):
    """The loss of the batch: the sum of the squared residuals."""
    loss = sum((w*x + b - y)**2)
    return loss

@gradient_of(loss, w, b)
def gradients(x: n, y: n, w: one, b: one):
    """The derivatives of the loss by w and by b. Nothing is divided by n."""
    r = w*x + b - y
    dw = 2*sum(r*x)
    db = 2*sum(r)
    return dw, db

def update(x: n, y: n, w: one, b: one, lr: rate):
    """w and b after one step on the batch."""
    dw, db = gradients(x, y, w, b)
    w = w - lr*dw
    b = b - lr*db
    return w, b
