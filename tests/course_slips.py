"""Usual slips in plain answers to the bundled courses, and what each is called."""
# ruff: noqa: E501

PLAIN = {
    "line-half": """import numpy as np

def predict(x, w, b):
    return w*x + b
def compute_cost(x, y, w, b):
    n = len(x)
    return 1/(2*n)*np.sum((predict(x, w, b) - y)**2)
def compute_gradient(x, y, w, b):
    n = len(x)
    e = predict(x, w, b) - y
    return 1/n*np.sum(e*x), 1/n*np.sum(e)
def gradient_descent(x, y, w, b, alpha, iterations):
    c = []
    for k in range(iterations + 1):
        c.append(compute_cost(x, y, w, b))
        dw, db = compute_gradient(x, y, w, b)
        w -= alpha*dw
        b -= alpha*db
    return c
""",
    "line-theta": """import numpy as np

def add(X):
    return np.c_[np.ones(len(X)), X]
def predict(X, theta):
    return add(X) @ theta
def cost(X, y, theta):
    return np.sum((predict(X, theta) - y)**2)/(2*len(y))
def gradient(X, y, theta):
    A = add(X)
    return A.T @ (A @ theta - y)/len(y)
def step(theta, dtheta, alpha):
    return theta - alpha*dtheta
""",
    "line-sum": """import numpy as np

def loss(x, y, w, b):
    return ((w*x + b - y)**2).sum()
def gradients(x, y, w, b):
    r = w*x + b - y
    return 2*(r*x).sum(), 2*r.sum()
def update(x, y, w, b, lr):
    dw, db = gradients(x, y, w, b)
    w = w - lr*dw
    b = b - lr*db
    return w, b
""",
    "ridge": """import numpy as np

def cost(X, y, w, b, lam):
    m = len(y)
    return np.sum((X @ w + b - y)**2)/(2*m) + lam/(2*m)*np.sum(w**2)
def gradient(X, y, w, b, lam):
    m = len(y)
    r = X @ w + b - y
    return X.T @ r/m + lam/m*w, np.mean(r)
""",
    "logistic": """import numpy as np

def predict(X, w, b):
    return 1/(1 + np.exp(-(X @ w + b)))
def cost(X, y, w, b):
    f = predict(X, w, b)
    return -np.mean(y*np.log(f) + (1 - y)*np.log(1 - f))
def gradient(X, y, w, b):
    r = predict(X, w, b) - y
    return r.mean(), X.T @ r/len(y)
""",
    "softmax": """import numpy as np

def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e/e.sum(axis=1, keepdims=True)
def cross_entropy(Z, Y):
    P = softmax(Z)
    return -np.mean(np.sum(Y*np.log(P), axis=1))
def gradient(Z, Y):
    return (softmax(Z) - Y)/len(Z)
""",
    "two-layers": """import numpy as np

def hidden(X, W1, b1):
    return np.tanh(X @ W1 + b1)
def forward(X, W1, b1, W2, b2):
    return hidden(X, W1, b1) @ W2 + b2
def loss(X, Y, W1, b1, W2, b2):
    return np.mean((forward(X, W1, b1, W2, b2) - Y)**2)
def backward(X, Y, W1, b1, W2, b2):
    z = X @ W1 + b1
    A = np.tanh(z)
    out = A @ W2 + b2
    G = 2*(out - Y)/Y.size
    dA = G @ W2.T
    dZ = dA*(1 - A**2)
    return X.T @ dZ, dZ.sum(axis=0), A.T @ G, G.sum(axis=0)
""",
    "adam": """import numpy as np

def adam(p, g, m, v, t, lr, beta1, beta2, eps):
    k = t + 1
    m = beta1*m + (1 - beta1)*g
    v = beta2*v + (1 - beta2)*g**2
    mh = m/(1 - beta1**k)
    vh = v/(1 - beta2**k)
    return p - lr*mh/(np.sqrt(vh) + eps), m, v
def rmsprop(p, g, v, lr, alpha, eps):
    v = alpha*v + (1 - alpha)*g**2
    return p - lr*g/(np.sqrt(v) + eps), v
""",
}

# The course, what stands in the place of what, the exercise that is wrong, and the mistakes that are named.
_TABLE = r"""
line-half | w*x + b\n | w*x\n | predict | missing-term(b)
line-half | w*x + b\n | w*x - b\n | predict | wrong-sign(b)
line-half | 1/(2*n) | 1/n | compute_cost | doubled(cost)
line-half | 1/(2*n) | 1/2 | compute_cost | sum-not-mean(cost)
line-half | 1/(2*n) | 1/(2*(n-1)) | compute_cost | less-one(len(y))
line-half | - y)**2) | - y)) | compute_cost | power-too-low((predict(x, w, b) - y) ** 2)
line-half | 1/n*np.sum(e*x), 1/n*np.sum(e) | 2/n*np.sum(e*x), 2/n*np.sum(e) | compute_gradient | half-forgotten
line-half | 1/n*np.sum(e*x) | 1/n*np.sum(e) | compute_gradient | missing-factor(x)
line-half | predict(x, w, b) - y\n | y - predict(x, w, b)\n | compute_gradient | turned(predict(x, w, b) - y)
line-half | 1/n*np.sum(e*x), 1/n*np.sum(e) | 1/n*np.sum(e), 1/n*np.sum(e*x) | compute_gradient | outputs-exchanged(dj_dw, dj_db)
line-half | 1/n*np.sum(e*x) | 2*np.sum(e*x) | compute_gradient | by-factor(2*len(x) * dj_dw)
line-half | 1/n*np.sum(e*x) | 1/n*np.sum(e*y) | compute_gradient | other-name(x → y)
line-half | 1/n*np.sum(e*x) | 1/n**2*np.sum(e*x) | compute_gradient | divided-by-n(dj_dw)
line-half | range(iterations + 1) | range(iterations) | gradient_descent | step-too-few(range(iterations + 1))
line-half |         c.append(compute_cost(x, y, w, b))\n        dw, db = compute_gradient(x, y, w, b)\n        w -= alpha*dw\n        b -= alpha*db\n |         dw, db = compute_gradient(x, y, w, b)\n        w -= alpha*dw\n        b -= alpha*db\n        c.append(compute_cost(x, y, w, b))\n | gradient_descent | recorded-late(costs.append(compute_cost(x, y, w, b)))
line-half | w -= alpha*dw\n | w -= alpha*dw\n        dw, db = compute_gradient(x, y, w, b)\n | gradient_descent | after-update(dj_dw, dj_db = compute_gradient(x, y, w…)
line-theta | np.c_[np.ones(len(X)), X] | np.c_[X, np.ones(len(X))] | predict | ones-behind(with_ones(X))
line-theta | /(2*len(y)) | /len(y) | cost | doubled(J)
line-theta | @ theta - y)/len(y) | @ theta - y) | gradient | sum-not-mean(dtheta)
line-theta | @ theta - y)/len(y) | @ theta - y)*2/len(y) | gradient | factor-two-too-many(dtheta)
line-theta | A.T @ (A @ theta - y)/len(y) | A.T @ (y - A @ theta)/len(y) | gradient | wrong-sign(dtheta)
line-theta | A @ theta - y)/len(y) | A @ theta)/len(y) | gradient | missing-term(y)
line-theta | alpha*dtheta | dtheta | step | missing-factor(alpha)
line-theta | /len(y)\ndef step | /(2*len(y))\ndef step | gradient | factor-two-missing(dtheta)
line-theta | alpha*dtheta | alpha*theta | step | other-name(dtheta → theta)
line-sum | ((w*x + b - y)**2).sum() | ((w*x + b - y)**2).mean() | loss | divided-by-n(loss)
line-sum | 2*(r*x).sum(), 2*r.sum() | 2*(r*x).mean(), 2*r.mean() | gradients | divided-by-n(dw); divided-by-n(db)
line-sum | 2*(r*x).sum() | (r*x).sum() | gradients | factor-two-missing(dw)
line-sum | 2*(r*x).sum() | 2*r.sum() | gradients | missing-factor(x)
line-sum | 2*r.sum() | 2*r | gradients | not-summed(sum(r))
line-sum |     w = w - lr*dw\n |     w = w - lr*dw\n    dw, db = gradients(x, y, w, b)\n | update | after-update(dw, db = gradients(x, y, w, b))
line-sum | w - lr*dw | lr*dw | update | missing-term(w)
line-sum | 2*(r*x).sum() | -(r*x).sum() | gradients | by-factor(-1/2 * dw)
line-sum | return w, b | return b, w | update | outputs-exchanged(w, b)
line-sum | ((w*x + b - y)**2).sum() | ((w*x + b - y)**2).sum()/2 | loss | halved(loss)
line-sum | ((w*x + b - y)**2).sum() | ((w*x + b - y).sum())**2 | loss | squared-late(sum((w * x + b - y) ** 2))
line-sum | ((w*x + b - y)**2).sum() | np.sqrt(((w*x + b - y)**2).sum()) | loss | root-taken(loss)
line-sum | ((w*x + b - y)**2).sum() | np.abs(w*x + b - y).sum() | loss | absolute-value((w * x + b - y) ** 2)
ridge | lam/(2*m)*np.sum | lam*np.sum | cost | not-divided(2 * len(y))
ridge | lam/m*w | lam*w | gradient | penalty-not-divided
ridge | lam/m*w | 2*lam*w | gradient | by-factor(2*len(X) * lam * w / len(y))
ridge | lam/m*w | 2*lam/m*w | gradient | factor-two-too-many(lam * w / len(y))
ridge | lam/m*w | lam/(2*m)*w | gradient | factor-two-missing(lam * w / len(y))
ridge | + lam/m*w | - lam/m*w | gradient | wrong-sign(lam * w / len(y))
ridge | np.mean(r) | np.mean(r) + lam/m*b | gradient | bias-regularized
ridge | np.mean(r) | np.mean(r) + lam*b | gradient | penalty-too-many(len(X) * lam * w / len(y), b)
ridge | np.mean(r) | np.sum(r) | gradient | sum-not-mean(dj_db)
ridge | lam/m*w | lam/m*w**2 | gradient | power-too-high(w)
ridge | lam/m*w | lam/len(w)*w | gradient | other-size(len(y) → len(w))
ridge | np.sum(w**2) | np.sum(np.abs(w)) | cost | absolute-value(w ** 2)
ridge | np.sum(w**2) | np.sqrt(np.sum(w**2)) | cost | root-taken(sum(w ** 2))
ridge | X.T @ r/m + lam/m*w, np.mean(r) | 2*X.T @ r/m + 2*lam/m*w, 2*np.mean(r) | gradient | factor-two-too-many(dj_dw); factor-two-too-many(dj_db)
logistic | 1/(1 + np.exp(-(X @ w + b))) | X @ w + b | predict | missing-function(sigmoid(X @ w + b))
logistic | np.log(1 - f) | np.log(f) | cost | complement(1 - f_wb)
logistic | -np.mean(y*np.log(f) + (1 - y)*np.log(1 - f)) | np.mean((f - y)**2) | cost | squared-error
logistic | r.mean(), X.T @ r/len(y) | X.T @ r/len(y), r.mean() | gradient | outputs-exchanged(dj_db, dj_dw)
logistic | predict(X, w, b) - y | y - predict(X, w, b) | gradient | turned(predict(X, w, b) - y)
logistic | r.mean() | 2*r.mean() | gradient | factor-two-too-many(dj_db)
logistic | predict(X, w, b) - y | X @ w + b - y | gradient | without-sigmoid
logistic | r = predict(X, w, b) - y | f = predict(X, w, b)\n    r = (f - y)*f*(1 - f) | gradient | squared-error-slope
logistic | /len(y) | /(len(y) - 1) | gradient | less-one(len(y))
logistic | y*np.log(f) + (1 - y)*np.log(1 - f) | y*np.log10(f) + (1 - y)*np.log10(1 - f) | cost | other-base(log(f_wb))
softmax | e/e.sum(axis=1, keepdims=True) | e/e.sum() | softmax | shifted-over-everything
softmax | e.sum(axis=1, keepdims=True) | e.sum(axis=0) | softmax | shifted-over-columns
softmax | e/e.sum(axis=1, keepdims=True) | e | softmax | shifted-not-divided
softmax | np.mean(np.sum(Y*np.log(P), axis=1)) | np.mean(Y*np.log(P)) | cross_entropy | entries-counted(len(Z))
softmax | np.log(P) | P | cross_entropy | missing-function(log(softmax(Z)))
softmax | (softmax(Z) - Y) | Y*(softmax(Z) - 1) | gradient | right-class-only
softmax | (softmax(Z) - Y) | softmax(Z)*(1 - softmax(Z)) | gradient | slope-of-softmax
softmax | /len(Z) | /len(Z[0]) | gradient | other-size(len(Z) → len(Z.T))
two-layers | 1 - A**2 | 1 - z**2 | backward | before-function(G @ W2.T * (1 - A ** 2))
two-layers | 1 - A**2 | 1 - A | backward | power-too-low(A ** 2)
two-layers | 1 - A**2 | A*(1 - A) | backward | other-function(1 - A ** 2)
two-layers | /Y.size | /len(Y) | backward | mean-over-samples
two-layers | (out - Y) | (Y - out) | backward | turned(A @ W2 + b2 - Y)
two-layers | dZ.sum(axis=0) | dZ.mean(axis=0) | backward | divided-by-n(db1)
two-layers | /Y.size |  | backward | not-divided(len(Y) * len(b2))
two-layers | np.tanh(X @ W1 + b1) | X @ W1 + b1 | hidden | missing-function(tanh(X @ W1 + b1))
two-layers | np.mean((forward(X, W1, b1, W2, b2) - Y)**2) | np.sum((forward(X, W1, b1, W2, b2) - Y)**2)/len(Y) | loss | rows-counted(mean((forward(X, W1, b1, W2, b2) - Y) *…)
two-layers | np.mean((forward | np.mean(0.5*(forward | loss | halved(loss)
two-layers | 1 - A**2 | A**2 | backward | complement(1 - A ** 2)
two-layers | 2*(out - Y)/Y.size | (out - Y)/len(Y) | backward | by-factor(len(Y.T)/2 * dW1); by-factor(len(Y.T)/2 * db1); by-factor(len(Y.T)/2 * dW2); by-factor(len(Y.T)/2 * db2)
two-layers | dA*(1 - A**2) | dA*(1 - np.tanh(A)**2) | backward | function-twice(1 - A ** 2)
adam | k = t + 1 | k = t + 2 | adam | off-by-one(t + 1)
adam | (1 - beta2)*g**2 | (1 - beta2)*g | adam | power-too-low(g ** 2)
adam | g**2\n    mh | g**2\n    m, v = m/(1-beta1**k), v/(1-beta2**k)\n    mh | adam | corrected-handed-on
adam | np.sqrt(vh) + eps | np.sqrt(vh + eps) | adam | eps-in-root
adam | mh = m/(1 - beta1**k) | mh = m | adam | not-divided(1 - beta1 ** (t + 1))
adam | beta1*m + (1 - beta1)*g | (1 - beta1)*m + beta1*g | adam | weights-exchanged(beta1 * m + (1 - beta1) * g)
adam | beta2*v + (1 - beta2)*g**2 | beta1*v + (1 - beta1)*g**2 | adam | other-name(beta2 → beta1)
adam | 1 - beta1**k | beta1**k | adam | complement(1 - beta1 ** (t + 1))
adam | np.sqrt(v) + eps | np.sqrt(v + eps) | rmsprop | eps-below-root
adam | beta1**k | beta1*k | adam | power-as-product(beta1 ** (t + 1))
line-half | 1/n*np.sum(e*x) | -1/n*np.sum(e) | compute_gradient | two-slips(missing-factor(x), -1 * dj_dw)
ridge | X.T @ r/m + lam/m*w | 2*(X.T @ r/m - lam/m*w) | gradient | two-slips(turned(X @ w + b - y), -2 * dj_dw)
softmax | (softmax(Z) - Y)/len(Z) | 2*(softmax(Z) + Y) | gradient | two-slips(wrong-sign(Y), 2*len(Z) * dZ)
two-layers | A.T @ G | -z.T @ G | backward | two-slips(before-function(A.T @ G), -1 * dW2)
"""


def slips():
    """By row: course, old, new, exercise, mistakes."""
    for line in _TABLE.strip().split("\n"):
        name, *texts, mistakes = line.split(" | ")
        yield name, *(text.replace("\\n", "\n") for text in texts), tuple(mistakes.split("; "))
