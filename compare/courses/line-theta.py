"""Linear regression whose bias is the first entry of theta: X gets a column of ones in front.

X       inputs, n rows of d numbers      y   targets, n numbers
theta   d + 1 numbers: the bias first, then a weight a column of X
"""

def predict(X: (n, d), theta: d + 1):
    """The predictions, one a sample: the column of ones and those of X, times theta."""
    h = with_ones(X) @ theta
    return h

def cost(X: (n, d), y: n, theta: d + 1):
    """The cost J: half the mean of the squared residuals."""
    J = sum((predict(X, theta) - y)**2)/(2*len(y))
    return J

@gradient_of(cost, theta)
def gradient(X: (n, d), y: n, theta: d + 1):
    """The derivative of the cost by each entry of theta, in its order: d + 1 numbers."""
    dtheta = with_ones(X).T @ (predict(X, theta) - y)/len(y)
    return dtheta

def step(theta: d, dtheta: d, alpha: rate):
    """theta after one update."""
    theta = theta - alpha*dtheta
    return theta
