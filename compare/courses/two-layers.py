"""A network of two layers, with tanh between, and the mean of its squared residuals.

X   inputs, n rows of d numbers       W1, b1   the first layer: d rows of h numbers, h numbers
Y   targets, n rows of k numbers      W2, b2   the second layer: h rows of k numbers, k numbers
A   what comes out of the first layer, after tanh: n rows of h numbers
"""

def hidden(X: (n, d), W1: (d, h), b1: h):
    """A: what the first layer gives, tanh(X @ W1 + b1)."""
    A = tanh(X @ W1 + b1)
    return A

def forward(X: (n, d), W1: (d, h), b1: h, W2: (h, k), b2: k):
    """What the network gives: A @ W2 + b2."""
    out = hidden(X, W1, b1) @ W2 + b2
    return out

def loss(X: (n, d), Y: (n, k), W1: (d, h), b1: h, W2: (h, k), b2: k):
    """The loss: the mean of the squared residuals over all n*k of them."""
    loss = mean((forward(X, W1, b1, W2, b2) - Y)**2)
    return loss

@gradient_of(loss, W1, b1, W2, b2)
def backward(X: (n, d), Y: (n, k), W1: (d, h), b1: h, W2: (h, k), b2: k):
    """The derivatives of the loss by W1, b1, W2 and b2."""
    A = hidden(X, W1, b1)
    G = 2*(A @ W2 + b2 - Y)/(len(Y)*len(b2))
    D = (G @ W2.T)*(1 - A**2)
    dW1 = X.T @ D
    db1 = sum(D, axis=0)
    dW2 = A.T @ G
    db2 = sum(G, axis=0)
    return dW1, db1, dW2, db2

@mistake(backward, see="The mean was taken over the samples alone: everything is k times too large.", attempt="The loss is the mean over n*k residuals: divide by both.")
def mean_over_samples(X, Y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
    return dW1*len(b2), db1*len(b2), dW2*len(b2), db2*len(b2)
