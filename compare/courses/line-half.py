"""A straight line by gradient descent, with a half before the mean of the squares.

x   inputs, n numbers            w   weight: how steep the line is
y   targets, n numbers           b   bias: where the line is at x = 0
dj_dw, dj_db   how fast the cost changes with w and with b
alpha          the learning rate
"""

def predict(x: n, w: one, b: one):
    """The predictions w*x + b, one a sample."""
    f_wb = w*x + b
    return f_wb

def compute_cost(x: n, y: n, w: one, b: one):
    """The cost: half the mean of the squared residuals, sum((f_wb - y)**2)/(2*n)."""
    cost = sum((predict(x, w, b) - y)**2)/(2*len(y))
    return cost

@gradient_of(compute_cost, w, b)
def compute_gradient(x: n, y: n, w: one, b: one):
    """The derivatives of the cost by w and by b. The half cancels the 2 of the square."""
    r = predict(x, w, b) - y
    dj_dw = sum(r*x)/len(y)
    dj_db = sum(r)/len(y)
    return dj_dw, dj_db

def gradient_descent(x: n, y: n, w: one, b: one, alpha: rate, iterations: whole):
    """The costs before the first update and after each: iterations + 1 of them, in a list."""
    costs = []
    for i in range(iterations + 1):
        costs.append(compute_cost(x, y, w, b))
        dj_dw, dj_db = compute_gradient(x, y, w, b)
        w = w - alpha*dj_dw
        b = b - alpha*dj_db
    return costs

@mistake(compute_gradient, see="With one sample and w = b = 0, the slope comes out twice as steep as the cost is.", attempt="A half stands before this mean: it cancels the 2 that the square brings.")
def half_forgotten(x, y, w, b):
    dj_dw, dj_db = compute_gradient(x, y, w, b)
    return 2*dj_dw, 2*dj_db
