"""Ridge regression: a penalty of lam/(2m) times the squares of w; the bias is free.

X   inputs, m rows of d numbers      y   targets, m numbers      w, b   weights and bias
lam   how strong the penalty is
"""

def cost(X: (m, d), y: m, w: d, b: one, lam: positive):
    """The cost: sum((X @ w + b - y)**2)/(2*m) + lam*sum(w**2)/(2*m)."""
    J = sum((X @ w + b - y)**2)/(2*len(y)) + lam*sum(w**2)/(2*len(y))
    return J

@gradient_of(cost, w, b)
def gradient(X: (m, d), y: m, w: d, b: one, lam: positive):
    """The derivatives of the cost by w and by b. The penalty has no b in it."""
    r = X @ w + b - y
    dj_dw = X.T @ r/len(y) + lam*w/len(y)
    dj_db = mean(r)
    return dj_dw, dj_db

@mistake(gradient, see="The bias is pulled to 0 as well: with larger lam, dj_db changes.", attempt="Only w stands in the penalty, so its derivative by b is 0.")
def bias_regularized(X, y, w, b, lam):
    dj_dw, dj_db = gradient(X, y, w, b, lam)
    return dj_dw, dj_db + lam*b/len(y)

@mistake(gradient, see="The penalty is m times too strong: it is not divided by m.", attempt="The penalty is lam/(2m) times the squares: its derivative is divided by m, too.")
def penalty_not_divided(X, y, w, b, lam):
    dj_dw, dj_db = gradient(X, y, w, b, lam)
    return dj_dw - lam*w/len(y) + lam*w, dj_db
