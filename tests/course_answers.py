"""Right answers to the bundled courses, each written in ways that have little in common."""

LOOPS = {
    "line-half": """
def predict(x, w, b):
    return [w * a + b for a in x]
def compute_cost(x, y, w, b):
    total = 0.0
    for a, t in zip(x, y):
        total += (w * a + b - t) ** 2
    return total / len(x) / 2
def compute_gradient(x, y, w, b):
    dw = db = 0.0
    for a, t in zip(x, y):
        dw += (w * a + b - t) * a / len(x)
        db += (w * a + b - t) / len(x)
    return [dw, db]
def gradient_descent(x, y, w, b, alpha, iterations):
    costs, left = [compute_cost(x, y, w, b)], iterations
    while left:
        dw, db = compute_gradient(x, y, w, b)
        w, b, left = w - alpha * dw, b - alpha * db, left - 1
        costs.append(compute_cost(x, y, w, b))
    return costs
""",
    "line-theta": """
def predict(X, theta):
    return [theta[0] + sum(t * a for t, a in zip(theta[1:], row)) for row in X]
def cost(X, y, theta):
    return sum((h - t) ** 2 for h, t in zip(predict(X, theta), y)) / (2 * len(y))
def gradient(X, y, theta):
    r = [h - t for h, t in zip(predict(X, theta), y)]
    return [sum(r) / len(r)] + [sum(a * row[j] for a, row in zip(r, X)) / len(r) for j in range(len(theta) - 1)]
def step(theta, dtheta, alpha):
    return [t - alpha * d for t, d in zip(theta, dtheta)]
""",
    "line-sum": """
def loss(x, y, w, b):
    return sum((t - w * a - b) ** 2 for a, t in zip(x, y))
def gradients(x, y, w, b):
    dw = db = 0
    for a, t in zip(x, y):
        dw -= 2 * a * (t - w * a - b)
        db -= 2 * (t - w * a - b)
    return dw, db
def update(x, y, w, b, lr):
    dw, db = gradients(x, y, w, b)
    return w - lr * dw, b - lr * db
""",
    "ridge": """
def residuals(X, y, w, b):
    return [sum(a * c for a, c in zip(row, w)) + b - t for row, t in zip(X, y)]
def cost(X, y, w, b, lam):
    return (sum(r * r for r in residuals(X, y, w, b)) + lam * sum(c * c for c in w)) / (2 * len(y))
def gradient(X, y, w, b, lam):
    r, m = residuals(X, y, w, b), len(y)
    return [(sum(a * row[j] for a, row in zip(r, X)) + lam * w[j]) / m for j in range(len(w))], sum(r) / m
""",
    "logistic": """
from math import exp, log
def predict(X, w, b):
    return [1 / (1 + exp(-sum(a * c for a, c in zip(row, w)) - b)) for row in X]
def cost(X, y, w, b):
    return sum(-log(f) if t == 1 else -log(1 - f) for f, t in zip(predict(X, w, b), y)) / len(y)
def gradient(X, y, w, b):
    r = [f - t for f, t in zip(predict(X, w, b), y)]
    return sum(r) / len(r), [sum(a * row[j] for a, row in zip(r, X)) / len(r) for j in range(len(w))]
""",
    "softmax": """
from math import exp, log
def softmax(Z):
    rows = []
    for z in Z:
        e = [exp(a - max(z)) for a in z]
        rows.append([a / sum(e) for a in e])
    return rows
def cross_entropy(Z, Y):
    return -sum(log(p[list(y).index(1)]) for p, y in zip(softmax(Z), Y)) / len(Z)
def gradient(Z, Y):
    return [[(a - t) / len(Z) for a, t in zip(p, y)] for p, y in zip(softmax(Z), Y)]
""",
    "two-layers": """
import numpy as np
from math import tanh
def product(A, B):
    return [[sum(a * b for a, b in zip(row, column)) for column in zip(*B)] for row in A]
def hidden(X, W1, b1):
    return [[tanh(a + c) for a, c in zip(row, b1)] for row in product(X, W1)]
def forward(X, W1, b1, W2, b2):
    return [[a + c for a, c in zip(row, b2)] for row in product(hidden(X, W1, b1), W2)]
def loss(X, Y, W1, b1, W2, b2):
    out = forward(X, W1, b1, W2, b2)
    return sum((a - t) ** 2 for o, y in zip(out, Y) for a, t in zip(o, y)) / len(Y) / len(b2)
def backward(X, Y, W1, b1, W2, b2):
    A, out, size = hidden(X, W1, b1), forward(X, W1, b1, W2, b2), len(Y) * len(b2)
    G = [[2 * (a - t) / size for a, t in zip(o, y)] for o, y in zip(out, Y)]
    D = [[g * (1 - a * a) for g, a in zip(row, hid)] for row, hid in zip(product(G, np.array(W2).T), A)]
    return product(zip(*X), D), [sum(c) for c in zip(*D)], product(zip(*A), G), [sum(c) for c in zip(*G)]
""",
    "adam": """
from math import sqrt
def adam(p, g, m, v, t, lr, beta1, beta2, eps):
    P, M, V = [], [], []
    for a, b, c, d in zip(p, g, m, v):
        c, d = c + (1 - beta1) * (b - c), d - (1 - beta2) * (d - b * b)
        rate = lr * sqrt(1 - beta2 ** (t + 1)) / (1 - beta1 ** (t + 1))
        P.append(a - rate * c / (sqrt(d) + eps * sqrt(1 - beta2 ** (t + 1))))
        M.append(c)
        V.append(d)
    return P, M, V
def rmsprop(p, g, v, lr, alpha, eps):
    V = [d + (1 - alpha) * (b * b - d) for b, d in zip(g, v)]
    return [a - lr * b / (sqrt(d) + eps) for a, b, d in zip(p, g, V)], V
""",
}

OTHER = {
    "line-half": """
import numpy as np
def predict(x, w, b):
    return np.stack([x, np.ones_like(x)], axis=1) @ np.array([w, b])
def compute_cost(x, y, w, b):
    n = len(x)
    return (w*w*x.dot(x) + n*b*b + y.dot(y) + 2*w*b*x.sum() - 2*w*x.dot(y) - 2*b*y.sum())/(2*n)
def compute_gradient(x, y, w, b):
    return w*np.mean(x*x) + b*np.mean(x) - np.mean(x*y), w*np.mean(x) + b - np.mean(y)
def gradient_descent(x, y, w, b, alpha, iterations):
    if iterations == 0:
        return [compute_cost(x, y, w, b)]
    dw, db = compute_gradient(x, y, w, b)
    return [compute_cost(x, y, w, b), *gradient_descent(x, y, w - alpha*dw, b - alpha*db, alpha, iterations - 1)]
""",
    "line-theta": """
import numpy as np
def predict(X, theta):
    return theta[0] + np.einsum("ij,j->i", X, theta[1:])
def cost(X, y, theta):
    A = np.hstack([np.ones((len(X), 1)), X])
    return (theta @ A.T @ A @ theta - 2*theta @ A.T @ y + y @ y)/2/len(y)
def gradient(X, y, theta):
    A = np.insert(X, 0, 1, axis=1)
    return (A.T @ A @ theta - A.T @ y)/len(y)
def step(theta, dtheta, alpha):
    return -(alpha*dtheta - theta)
""",
    "line-sum": """
import numpy as np
def loss(x, y, w, b):
    return len(x)*np.mean((w*x + b - y)**2)
def gradients(x, y, w, b):
    return 2*(w*(x @ x) + b*x.sum() - x @ y), 2*(w*x.sum() + len(x)*b - y.sum())
def update(x, y, w, b, lr):
    return np.array([w, b]) - lr*np.array(gradients(x, y, w, b))
""",
    "ridge": """
import numpy as np
def cost(X, y, w, b, lam):
    return np.mean((b + X.dot(w) - y)**2)/2 + lam/len(y)/2*np.linalg.norm(w)**2
def gradient(X, y, w, b, lam):
    m = len(y)
    return (X.T @ X + lam*np.eye(len(w))) @ w/m + (b*X - y[:, None]*X).mean(axis=0), (X.mean(axis=0) @ w) + b - y.mean()
""",
    "logistic": """
import numpy as np
def predict(X, w, b):
    return (1 + np.tanh((X @ w + b)/2))/2
def cost(X, y, w, b):
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) - y*z)
def gradient(X, y, w, b):
    z = X @ w + b
    r = np.exp(z)/(1 + np.exp(z)) - y
    return r.sum()/len(r), np.mean(r[:, None]*X, axis=0)
""",
    "softmax": """
import numpy as np
def softmax(Z):
    Z = Z - Z.max(axis=1, keepdims=True)
    return np.exp(Z - np.log(np.exp(Z).sum(axis=1, keepdims=True)))
def cross_entropy(Z, Y):
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - (Z*Y).sum(axis=1))
def gradient(Z, Y):
    E = np.exp(Z.T)
    return (E/E.sum(axis=0)).T/len(Z) - Y/len(Z)
""",
    "two-layers": """
import numpy as np
def hidden(X, W1, b1):
    z = np.einsum("nd,dh->nh", X, W1) + b1
    return 1 - 2/(np.exp(2*z) + 1)
def forward(X, W1, b1, W2, b2):
    return b2 + np.dot(hidden(X, W1, b1), W2)
def loss(X, Y, W1, b1, W2, b2):
    return np.sum(np.square(forward(X, W1, b1, W2, b2) - Y))/Y.size
def backward(X, Y, W1, b1, W2, b2):
    A = hidden(X, W1, b1)
    E = (A @ W2 + b2 - Y)*(2/Y.size)
    D = np.einsum("nk,hk,nh->nh", E, W2, (1 - A)*(1 + A))
    return np.einsum("nd,nh->dh", X, D), D.sum(0), (E.T @ A).T, np.ones(len(E)) @ E
""",
    "adam": """
import numpy as np
def adam(p, g, m, v, t, lr, beta1, beta2, eps):
    m = np.average([m, g], axis=0, weights=[beta1, 1 - beta1])
    v = v*beta2 + g*g - beta2*g*g
    return p - lr*(m/(1 - np.power(beta1, t + 1)))*(1/(np.sqrt(v/(1 - beta2**(t + 1))) + eps)), m, v
def rmsprop(p, g, v, lr, alpha, eps):
    v = v + (1 - alpha)*(g - np.sqrt(v))*(g + np.sqrt(v))
    return np.stack([p - np.divide(lr*g, v**0.5 + eps), v])
""",
}

IN_FLOAT32 = '''
import functools
import numpy as np
def _in_float32(function):
    @functools.wraps(function)
    def called(*given):
        return function(*(np.float32(each) if not isinstance(each, int) else each for each in given))
    return called
for _name, _each in list(globals().items()):
    if callable(_each) and getattr(_each, "__module__", "") == __name__ and not _name.startswith("_"):
        globals()[_name] = _in_float32(_each)
'''
