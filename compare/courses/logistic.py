"""Logistic regression: the mean cross-entropy.

X   inputs, m rows of d numbers      y   labels, m of 0 or 1      w, b   weights and bias
f_wb   the probability of a 1, a sample
"""

def predict(X: (m, d), w: d, b: one):
    """The probabilities f_wb = sigmoid(X @ w + b), one a sample."""
    f_wb = sigmoid(X @ w + b)
    return f_wb

def cost(X: (m, d), y: binary(m), w: d, b: one):
    """The cost: the mean of -y log(f_wb) - (1 - y) log(1 - f_wb)."""
    f_wb = predict(X, w, b)
    J = -mean(y*log(f_wb) + (1 - y)*log(1 - f_wb))
    return J

@gradient_of(cost, b, w)
def gradient(X: (m, d), y: binary(m), w: d, b: one):
    """The derivatives of the cost by b and by w, in this order: dj_db, dj_dw."""
    r = predict(X, w, b) - y
    dj_db = mean(r)
    dj_dw = X.T @ r/len(y)
    return dj_db, dj_dw

@mistake(gradient, see="The slope of the sigmoid stands in it once more: f_wb*(1 - f_wb) is left over.", attempt="Differentiate the logarithms too: 1/f_wb and 1/(1 - f_wb) cancel the slope of the sigmoid.")
def squared_error_slope(X, y, w, b):
    f = predict(X, w, b)
    r = (f - y)*f*(1 - f)
    return mean(r), X.T @ r/len(y)

@mistake(gradient, see="The residual is taken before the sigmoid: for large inputs it grows without end.", attempt="The residual is f_wb - y, after the sigmoid.")
def without_sigmoid(X, y, w, b):
    r = X @ w + b - y
    return mean(r), X.T @ r/len(y)

@mistake(cost, see="This is the squared error: a probability of 0 for a label of 1 costs 1 here, and without end there.", attempt="Take the logarithm of the probability of what happened: of f_wb where y is 1, of 1 - f_wb where it is 0.")
def squared_error(X, y, w, b):
    return mean((predict(X, w, b) - y)**2)
