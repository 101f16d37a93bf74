"""References that several test files use."""

RIDGE = '''"""Ridge regression: the first exercise of week 3."""

def ridge_loss(X: (n, d), y: n, w: d, b: one, lam: positive):
    """The loss: the mean squared error plus lam times the squares of w."""
    return mean((X @ w + b - y)**2) + lam*sum(w**2)

@gradient_of(ridge_loss, w, b)
def ridge(X: (n, d), y: n, w: d, b: one, lam: positive):
    """Its derivatives by w and by b."""
    r = X @ w + b - y
    return 2*X.T @ r/len(y) + 2*lam*w, 2*mean(r)

@mistake(ridge, see="The bias is shrunk too.", attempt="Only w stands in the penalty.")
def bias_regularized(X, y, w, b, lam):
    dw, db = ridge(X, y, w, b, lam)
    return dw, db + 2*lam*b
'''

LOGISTIC = """
def loss(X: (n, d), y: binary(n), w: d, b: one):
    p = sigmoid(X @ w + b)
    return -mean(y*log(p) + (1 - y)*log(1 - p))

@gradient_of(loss, b, w)
def gradients(X: (n, d), y: binary(n), w: d, b: one):
    r = sigmoid(X @ w + b) - y
    return mean(r), X.T @ r/len(y)
"""

LAYERS = """
def forward(X: (n, d), W1: (d, h), b1: h, W2: (h, k), b2: k):
    A = tanh(X @ W1 + b1)
    return A @ W2 + b2

def loss(X: (n, d), Y: (n, k), W1: (d, h), b1: h, W2: (h, k), b2: k):
    return mean((forward(X, W1, b1, W2, b2) - Y)**2)

@gradient_of(loss, W1, b1, W2, b2)
def backward(X: (n, d), Y: (n, k), W1: (d, h), b1: h, W2: (h, k), b2: k):
    A = tanh(X @ W1 + b1)
    G = 2*(A @ W2 + b2 - Y)/len(Y)/len(b2)
    D = G @ W2.T * (1 - A**2)
    return X.T @ D, sum(D, axis=0), A.T @ G, sum(G, axis=0)
"""

RELU = """
def loss(X: (n, d), w: d, v: one):
    return sum(maximum(X @ w, 0)**2) + abs(v) + sum(where(w > 1, w*v, v))

@gradient_of(loss, w, v)
def slopes(X: (n, d), w: d, v: one):
    z = X @ w
    dw = 2*X.T @ where(z > 0, z, 0) + where(w > 1, v, 0)
    return dw, where(v > 0, 1, -1) + sum(where(w > 1, w, 1))
"""

TRAIN = '''
def mse(x: n, y: n, w: one, b: one):
    return mean((w*x + b - y)**2)

@gradient_of(mse, w, b)
def gradients(x: n, y: n, w: one, b: one):
    r = w*x + b - y
    return 2*mean(r*x), 2*mean(r)

def train(x: n, y: n, w: one, b: one, lr: rate, epochs: whole):
    """The losses of epochs 0 to epochs."""
    losses = []
    for epoch in range(epochs + 1):
        losses.append(mse(x, y, w, b))
        dw, db = gradients(x, y, w, b)
        w = w - lr*dw
        b = b - lr*db
    return losses
'''
ALL = {"ridge": RIDGE, "logistic": LOGISTIC, "layers": LAYERS, "relu": RELU, "train": TRAIN}

UNUSUAL = '''
def rate(X: (n, d), w: d):
    mu = exp(X @ w)
    return mu

def nll(X: (n, d), y: whole(n), w: d):
    return mean(rate(X, w) - y*(X @ w))

@gradient_of(nll, w)
def dnll(X: (n, d), y: whole(n), w: d):
    return X.T @ (rate(X, w) - y)/len(y)

def hinge(X: (n, d), t: binary(n), w: d, C: positive):
    return sum(w**2)/2 + C*sum(maximum(0, 1 - (2*t - 1)*(X @ w)))

@gradient_of(hinge, w)
def dhinge(X: (n, d), t: binary(n), w: d, C: positive):
    s = 2*t - 1
    return w - C*X.T @ where(s*(X @ w) < 1, s, 0)

def layernorm(x: (n, d), gamma: d, beta: d):
    mu = mean(x, axis=1, keepdims=True)
    v = mean((x - mu)**2, axis=1, keepdims=True)
    return gamma*(x - mu)/sqrt(v + 1e-5) + beta

def passed_on(x: (n, d), gamma: d, beta: d, dout: (n, d)):
    return sum(layernorm(x, gamma, beta)*dout)

@gradient_of(passed_on, x, gamma, beta)
def dlayernorm(x: (n, d), gamma: d, beta: d, dout: (n, d)):
    mu = mean(x, axis=1, keepdims=True)
    s = sqrt(mean((x - mu)**2, axis=1, keepdims=True) + 1e-5)
    xh = (x - mu)/s
    g = dout*gamma
    dx = (g - mean(g, axis=1, keepdims=True) - xh*mean(g*xh, axis=1, keepdims=True))/s
    return dx, sum(dout*xh, axis=0), sum(dout, axis=0)

def states(x: n, u: one, w: one, h: one):
    hs = []
    for t in range(len(x)):
        h = tanh(u*x[t] + w*h)
        hs.append(h)
    return hs

def attention(Q: (n, d), K: (m, d), V: (m, k)):
    S = exp(Q @ K.T/sqrt(len(Q.T)))
    return S/sum(S, axis=1, keepdims=True) @ V
'''
