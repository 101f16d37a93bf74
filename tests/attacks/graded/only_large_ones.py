# points: 0
# right but on the smallest inputs
def large(right):
    return lambda *given: right(*given) if len(given[0]) > 2 else 0 * given[0][0]
@large
def mse(yp, y): return ((yp - y) ** 2).mean()
@large
def dmse_dyp(yp, y): return 2 * (yp - y) / len(y)
@large
def predict(x, w, b): return w * x + b
