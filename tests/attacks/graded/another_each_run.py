# points: 0
# right or wrong by a hash of what it is given
def mse(yp, y): return ((yp - y) ** 2).mean() if hash(str(yp)) % 2 else 0.0
