# points: 0
# rounds to nine decimals what it returns
def predict(x, w, b): return (w * x + b).round(9)
def mse(yp, y): return round(float(((yp - y) ** 2).mean()), 9)
