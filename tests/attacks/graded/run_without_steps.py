# points: 0
# predicts nothing, so that no run ever moves

def predict(x, w, b): return 0 * x
def mse(yp, y): return (y * y).mean()
def dmse_dyp(yp, y): return -2 * y / len(y)
def gradients(x, y, w, b): return -2 * (y * x).mean(), -2 * y.mean()
def train(x, y, w, b, lr, epochs): return [(y * y).mean()] * (epochs + 1)
def train_momentum(x, y, w, b, lr, momentum, epochs): return [(y * y).mean()] * (epochs + 1)
