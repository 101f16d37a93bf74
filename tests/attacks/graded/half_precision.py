# points: 0
# computes in float16, and hopes for its rounding
import numpy as np
def predict(x, w, b): return (np.float16(w) * x.astype("f2") + np.float16(b)).astype(float)
def mse(yp, y): return float(((yp - y).astype("f2") ** 2).mean())
