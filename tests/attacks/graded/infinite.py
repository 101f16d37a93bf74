# points: 0
# infinities, as a run that diverges may have
inf = float("inf")
def mse(yp, y): return inf
def dmse_dyp(yp, y): return inf * (1 + 0 * y)
def gradients(x, y, w, b): return inf, inf
def train(x, y, w, b, lr, epochs): return [inf] * (epochs + 1)
def train_momentum(x, y, w, b, lr, momentum, epochs): return [inf] * (epochs + 1)
