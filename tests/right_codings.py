"""Right answers in unusual forms, by what is unusual in them."""

from tests.answers import RIGHT

G = "def gradients(x, y, w, b): "
UNUSUAL = {
    "a list of floats": G + "r = w * x + b - y; return [float(2 * (r * x).mean()), float(2 * r.mean())]",
    "an array of two": G + "r = w * x + b - y; return np.array([2 * (r * x).mean(), 2 * r.mean()])",
    "arrays without axes": G + "r = w * x + b - y; return np.array(2 * (r * x).mean()), np.array(2 * r.mean())",
    "float32": G + "x, y = np.float32(x), np.float32(y); r = np.float32(w) * x + np.float32(b) - y; "
    "return 2 * (r * x).mean(), 2 * r.mean()",
    "dot products": G + "r = w * x + b - y; return 2 * r.dot(x) / len(x), 2 * r.dot(np.ones(len(x))) / len(x)",
    "einsum": G + "r = w * x + b - y; return 2 * np.einsum('i,i', r, x) / len(x), 2 * np.einsum('i->', r) / len(x)",
    "expanded normal equations": G
    + "n = len(x); return 2 * (w * (x @ x) + b * x.sum() - x @ y) / n, 2 * (w * x.sum() + n * b - y.sum()) / n",
    "expanded in float32": G + "x, y, n = np.float32(x), np.float32(y), len(x); w, b = np.float32(w), np.float32(b); "
    "return 2 * (w * (x @ x) + b * x.sum() - x @ y) / n, 2 * (w * x.sum() + n * b - y.sum()) / n",
    "covariances": G + "c = np.cov(x, y, bias=True); m, k = x.mean(), y.mean(); "
    "return 2 * (w * (c[0, 0] + m * m) + b * m - c[0, 1] - m * k), 2 * (w * m + b - k)",
    "covariances in float32": G + "x, y = np.float32(x), np.float32(y); w, b = np.float32(w), np.float32(b); "
    "m, k = x.mean(), y.mean(); v, c = ((x - m) ** 2).mean(), ((x - m) * (y - k)).mean(); "
    "return 2 * (w * (v + m * m) + b * m - c - m * k), 2 * (w * m + b - k)",
    "central differences, h = 1e-4": "def gradients(x, y, w, b, h=1e-4):\n"
    "    L = lambda w, b: ((w * x + b - y) ** 2).mean()\n"
    "    return (L(w + h, b) - L(w - h, b)) / (2 * h), (L(w, b + h) - L(w, b - h)) / (2 * h)",
    "central differences, h = 1e-5": "def gradients(x, y, w, b, h=1e-5):\n"
    "    L = lambda w, b: ((w * x + b - y) ** 2).mean()\n"
    "    return (L(w + h, b) - L(w - h, b)) / (2 * h), (L(w, b + h) - L(w, b - h)) / (2 * h)",
    "central differences, h = 1e-6": "def gradients(x, y, w, b, h=1e-6):\n"
    "    L = lambda w, b: ((w * x + b - y) ** 2).mean()\n"
    "    return (L(w + h, b) - L(w - h, b)) / (2 * h), (L(w, b + h) - L(w, b - h)) / (2 * h)",
    "a complex step": G + "L = lambda w, b: ((w * x + b - y) ** 2).mean(); "
    "return L(w + 1e-20j, b).imag / 1e-20, L(w, b + 1e-20j).imag / 1e-20",
    "a loop over samples": """
def gradients(x, y, w, b):
    dw = db = 0
    for xi, yi in zip(x.tolist(), y.tolist()):
        dw += 2 * (w * xi + b - yi) * xi
        db += 2 * (w * xi + b - yi)
    return dw / len(x), db / len(x)
""",
    "sums divided first": G + "r = (w * x + b - y) / len(x); return sum(2 * r * x), sum(2 * r)",
    "fractions": "from fractions import Fraction as F\ndef gradients(x, y, w, b):\n"
    "    r = [F(w) * F(a) + F(b) - F(c) for a, c in zip(x.tolist(), y.tolist())]\n"
    "    return float(2 * sum(p * F(a) for p, a in zip(r, x.tolist())) / len(r)), float(2 * sum(r) / len(r))",
    "decimals": "from decimal import Decimal as D\ndef gradients(x, y, w, b):\n"
    "    r = [D(w) * D(a) + D(b) - D(c) for a, c in zip(x.tolist(), y.tolist())]\n"
    "    return float(2 * sum(p * D(a) for p, a in zip(r, x.tolist())) / len(r)), float(2 * sum(r) / len(r))",
    "a matrix of features": G + "A = np.c_[x, np.ones_like(x)]; return 2 * A.T @ (A @ [w, b] - y) / len(y)",
    "a least-squares detour": G + "A = np.c_[x, np.ones_like(x)]; H = 2 * A.T @ A / len(x); "
    "return tuple(H @ np.array([w, b]) - 2 * A.T @ y / len(x))",
    "math.fsum": "import math\n"
    + G
    + "r = w * x + b - y; return 2 * math.fsum(r * x) / len(x), 2 * math.fsum(r) / len(x)",
    "recursion": """
def gradients(x, y, w, b):
    if len(x) == 1:
        r = w * x[0] + b - y[0]
        return 2 * r * x[0], 2 * r
    k, n = len(x) // 2, len(x)
    left, right = gradients(x[:k], y[:k], w, b), gradients(x[k:], y[k:], w, b)
    return [(k * one + (n - k) * other) / n for one, other in zip(left, right)]
""",
    "averages": G
    + "r = w * x + b - y; return np.average(2 * x, weights=None) * 0 + np.average(2 * r * x), np.average(2 * r)",
}
OTHERS = [
    ("predict", "def predict(x, w, b): return [w * xi + b for xi in x]"),
    ("predict", "def predict(x, w, b): return np.polyval([w, b], x)"),
    ("predict", "def predict(x, w, b): return (np.float32(w) * np.float32(x) + np.float32(b))"),
    ("predict", "def predict(x, w, b): return tuple(np.stack([x, np.ones_like(x)], 1) @ np.array([w, b]))"),
    ("mse", "def mse(yp, y): return sum((p - t) ** 2 for p, t in zip(yp.tolist(), y.tolist())) / len(y)"),
    ("mse", "def mse(yp, y): return np.mean(yp**2) - 2 * np.mean(yp * y) + np.mean(y**2)"),
    ("mse", "def mse(yp, y): return np.var(yp - y) + np.mean(yp - y) ** 2"),
    ("mse", "def mse(yp, y): d = np.float32(yp - y); return np.float32(d @ d) / np.float32(len(y))"),
    ("mse", "def mse(yp, y): return np.linalg.norm(yp - y) ** 2 / len(y)"),
    ("dmse_dyp", "def dmse_dyp(yp, y): return [2 / len(y) * (p - t) for p, t in zip(yp, y)]"),
    ("dmse_dyp", "def dmse_dyp(yp, y): return np.float32(2 * yp / len(y)) - np.float32(2 * y / len(y))"),
    ("dmse_dyp", "def dmse_dyp(yp, y): return -2 * (y - yp) / y.size"),
    ("sgd_step", "def sgd_step(w, b, dw, db, lr): return [np.float32(w) - np.float32(lr * dw), b + -lr * db]"),
    ("sgd_step", "def sgd_step(w, b, dw, db, lr): return np.array([w, b]) - lr * np.array([dw, db])"),
    (
        "momentum_step",
        "def momentum_step(p, v, dp, lr, momentum): return p - lr * momentum * v - lr * dp, dp + v * momentum",
    ),
    ("train", RIGHT["train"].replace("return losses", "return np.array(losses, dtype=np.float32)")),
    ("train", RIGHT["train"].replace("for _ in", "x, y = np.float32(x), np.float32(y)\n            for _ in")),
    (
        "train_momentum",
        RIGHT["train_momentum"].replace("+ 2 *", "- lr * 2 *").replace("- lr * vw, b - lr * vb", "+ vw, b + vb"),
    ),
    ("train_momentum", RIGHT["train_momentum"].replace("return losses", "return tuple(losses)")),
]
