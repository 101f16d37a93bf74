"""Every named mistake in at least three codings: as a formula, as a loop, in matrix form. By (exercise, name)."""

_G = "def gradients(x, y, w, b):\n    n = len(x)\n    "
_LOOP = """
def gradients(x, y, w, b):
    dw = db = 0.0
    n = len(x)
    for xi, yi in zip(x, y):
        r = {r}
        dw += {dw}
        db += {db}
    return {out}
"""
_PART = (
    _G
    + """dw = db = 0.0
    for i in {rows}:
        r = w * x[i] + b - y[i]
        dw, db = dw + 2 * r * x[i] / n, db + 2 * r / n
    return dw, db"""
)
_MATRIX = """
def gradients(x, y, w, b):
    n = len(x)
    A = np.stack([x, np.ones(n)], axis=1)
    r = A @ np.array([w, b]) - y
    {rest}
"""


def _gradients(formula: str, loop: dict[str, str], matrix: str) -> tuple[str, str, str]:
    usual = {"r": "w * xi + b - yi", "dw": "2 * r * xi", "db": "2 * r", "out": "dw / n, db / n"}
    return (_G + formula, _LOOP.format(**{**usual, **loop}), _MATRIX.format(rest=matrix))


GRADIENTS = {
    "missing-factor-two": _gradients(
        "r = w * x + b - y; return (r * x).mean(), r.mean()",
        {"dw": "r * xi", "db": "r"},
        "g = A.T @ r / n; return g[0], g[1]",
    ),
    "sum-not-mean": _gradients(
        "r = w * x + b - y; return 2 * (r * x).sum(), 2 * r.sum()",
        {"out": "dw, db"},
        "return tuple(2 * A.T @ r)",
    ),
    "wrong-denominator": _gradients(
        "r = w * x + b - y; return 2 * (r * x).sum() / (n - 1), 2 * r.sum() / (n - 1)",
        {"out": "float(dw) / (n - 1), float(db) / (n - 1)"},
        "return tuple(2 / np.float64(n - 1) * (A.T @ r))",
    ),
    "wrong-sign": _gradients(
        "r = y - w * x - b; return 2 * (r * x).mean(), 2 * r.mean()",
        {"out": "-dw / n, -db / n"},
        "return tuple(-2 * A.T @ r / n)",
    ),
    "missing-x": _gradients(
        "r = w * x + b - y; return 2 * r.mean(), 2 * r.mean()",
        {"dw": "2 * r"},
        "g = 2 * np.ones(n) @ r / n; return g, g",
    ),
    "extra-x": _gradients(
        "r = w * x + b - y; return 2 * (r * x).mean(), 2 * (r * x).mean()",
        {"dw": "2 * r * xi ** 2"},
        "g = 2 * A.T @ (r * x) / n; return g[0], g[1]",
    ),
    "swapped": _gradients(
        "r = w * x + b - y; return 2 * r.mean(), 2 * (r * x).mean()",
        {"out": "db / n, dw / n"},
        "return tuple(2 * A.T[::-1] @ r / n)",
    ),
    "no-bias": _gradients(
        "r = w * x - y; return 2 * (r * x).mean(), 2 * r.mean()",
        {"r": "w * xi - yi"},
        "return tuple(2 * A.T @ (A @ np.array([w, 0.0]) - y) / n)",
    ),
    "no-target": _gradients(
        "r = w * x + b; return 2 * (r * x).mean(), 2 * r.mean()",
        {"r": "w * xi + b"},
        "return tuple(2 * A.T @ A @ np.array([w, b]) / n)",
    ),
    "divided-twice": _gradients(
        "r = w * x + b - y; return 2 * (r * x).mean() / n, 2 * r.mean() / n",
        {"dw": "2 * r * xi / n", "db": "2 * r / n"},
        "return tuple(2 * A.T @ r / n**2)",
    ),
    "bias-subtracted": _gradients(
        "r = w * x - b - y; return 2 * (r * x).mean(), 2 * r.mean()",
        {"r": "w * xi - (b + yi)"},
        "return tuple(2 * A.T @ (A @ np.array([w, -b]) - y) / n)",
    ),
    "misplaced-bracket": _gradients(
        "return 2 * ((w * x + b) - y * x).mean(), 2 * (w * x + b - y).mean()",
        {"dw": "2 * (w * xi + (b - yi) * xi)"},
        "p = A @ np.array([w, b]); return tuple(A.T @ (2 * p - y) / n)",
    ),
    "only-first-row": (
        _G + "for p, q in zip(x, y):\n        r = w * p + b - q\n        return 2 * r * p, 2 * r",
        _G + "r = (w * x + b - y)[0]; return 2 * r * x[0] / n, 2 * r / n",
        _MATRIX.format(rest="return tuple(2 * A[:1].T @ r[:1] / n)"),
    ),
    "only-last-row": _gradients(
        "r = w * x[-1] + b - y[-1]; return 2 * r * x[-1], 2 * r",
        {"r": "w * xi + b - yi; dw = db = 0.0"},
        "return tuple(2 * A[-1:].T @ r[-1:] / n)",
    ),
    "first-row-left-out": (
        _G + "r = (w * x + b - y)[1:]; return 2 * (r * x[1:]).mean(), 2 * r.mean()",
        _PART.format(rows="range(1, n)"),
        _MATRIX.format(rest="return tuple(2 * A[1:].T @ r[1:] / n)"),
    ),
    "last-row-left-out": (
        _G + "r = (w * x + b - y)[:-1]; return 2 * (r * x[:-1]).mean(), 2 * r.mean()",
        _PART.format(rows="range(n - 1)"),
        _MATRIX.format(rest="return tuple(2 * A[:-1].T @ r[:-1] / n)"),
    ),
    "integer-division": _gradients(
        "r = w * x + b - y; return 2 // n * (r * x).sum(), 2 // n * r.sum()",
        {"out": "dw * (1 // n), db * (1 // n)"},
        "return tuple(2 * (1 // n) * A.T @ r)",
    ),
    "cut-to-whole": _gradients(
        "r = w * x + b - y; return int(2 * (r * x).mean()), int(2 * r.mean())",
        {"out": "dw // n, db // n"},
        "return tuple(np.floor(2 * A.T @ r / n))",
    ),
    "column-broadcast": _gradients(
        "r = (w * x + b)[:, None] - y; return 2 * (r * x).mean(), 2 * r.mean()",
        {"r": "sum((w * xi + b) - q for q in y)"},
        "X = x.reshape(-1, 1); r = w * X + b - y; return 2 * (r * X).mean(), 2 * r.mean()",
    ),
    "not-squared": _gradients("return x.mean(), 1.0", {"dw": "xi", "db": "1"}, "return tuple(A.T @ np.ones(n) / n)"),
    "fixed-n": _gradients(
        "r = w * x + b - y; return 2 * (r * x).sum() / 3, 2 * r.sum() / 3",
        {"out": "dw / 5, db / 5"},
        "return tuple(2 * A.T @ r / 10)",
    ),
    "absolute-error": _gradients(
        "r = np.sign(w * x + b - y); return (r * x).mean(), r.mean()",
        {"dw": "xi if r > 0 else -xi", "db": "1 if r > 0 else -1"},
        "return tuple(A.T @ np.sign(r) / n)",
    ),
    "root-mean-square": _gradients(
        "r = w * x + b - y; s = np.sqrt((r * r).mean()); return (r * x).mean() / s, r.mean() / s",
        {
            "out": "dw / n / 2 / rms, db / n / 2 / rms",
            "r": "w * xi + b - yi; rms = ((w * x + b - y) ** 2).mean() ** 0.5",
        },
        "return tuple(A.T @ r / np.linalg.norm(r) / np.sqrt(n))",
    ),
    "product-of-means": _gradients(
        "r = w * x + b - y; return 2 * r.mean() * x.mean(), 2 * r.mean()",
        {"dw": "2 * r * x.mean()"},
        "return 2 * (np.ones(n) @ r / n) * (np.ones(n) @ x / n), 2 * r.mean()",
    ),
    "not-summed": _gradients(
        "r = w * x + b - y; return 2 * r * x, 2 * r",
        {"dw": "0", "db": "0", "out": "2 * (w * x + b - y) * x / n, 2 * (w * x + b - y) / n"},
        "return tuple(2 * A.T * r)",
    ),
}
_PAIRED = "def {name}({args}):\n    n = len(y)\n    return {body}"
_COUNTED = """
def {name}({args}):
    n, out = len(y), []
    for p, t in zip(yp, y):
        out.append({each})
    return {end}
"""
_RETURNING = _COUNTED.replace("{args}", "yp, y").replace("    return", "        return")  # inside its loop


def _of_yp(name: str, formula: str, each: str, matrix: str, end: str = "out") -> tuple[str, str, str]:
    args = "yp, y"
    return (
        _PAIRED.format(name=name, args=args, body=formula),
        _COUNTED.format(name=name, args=args, each=each, end=end),
        _PAIRED.format(name=name, args=args, body=matrix),
    )


DMSE_DYP = {
    "missing-factor-two": _of_yp("dmse_dyp", "(yp - y) / n", "(p - t) / n", "np.eye(n) @ (yp - y) / n"),
    "sum-not-mean": _of_yp("dmse_dyp", "2 * (yp - y)", "2 * (p - t)", "2 * np.eye(n) @ (yp - y)"),
    "wrong-denominator": _of_yp(
        "dmse_dyp", "2 * (yp - y) / (n - 1)", "2 * (p - t) / (n - 1)", "2 * np.eye(n) @ (yp - y) / (n - 1)"
    ),
    "wrong-sign": _of_yp("dmse_dyp", "2 * (y - yp) / n", "2 * (t - p) / n", "-2 * np.eye(n) @ (yp - y) / n"),
    "no-target": _of_yp("dmse_dyp", "2 * yp / n", "2 * p / n", "2 * np.eye(n) @ yp / n"),
    "divided-twice": _of_yp(
        "dmse_dyp", "2 * (yp - y) / n / n", "2 * (p - t) / n**2", "2 * np.eye(n) @ (yp - y) / n**2"
    ),
    "misplaced-bracket": _of_yp("dmse_dyp", "(2 * yp - y) / n", "(2 * p - t) / n", "np.eye(n) @ (2 * yp - y) / n"),
    "only-first-row": (
        "def dmse_dyp(yp, y):\n    for p, t in zip(yp, y):\n        return 2 * (p - t) / len(y)",
        "def dmse_dyp(yp, y): return 2 * (yp[:1] - y[:1])",
        _RETURNING.format(name="dmse_dyp", each="2 * (p - t) / n", end="out"),
    ),
    "only-last-row": (
        "def dmse_dyp(yp, y):\n    for p, t in zip(yp, y):\n        d = 2 * (p - t) / len(y)\n    return d",
        "def dmse_dyp(yp, y): return 2 * (yp[-1:] - y[-1:])",
        _COUNTED.format(name="dmse_dyp", args="yp, y", each="2 * (p - t) / n", end="out[-1:]"),
    ),
    "first-row-left-out": _of_yp(
        "dmse_dyp", "2 * (yp - y)[1:] / n", "2 * (p - t) / n", "2 * np.eye(n)[1:] @ (yp - y) / n", "out[1:]"
    ),
    "last-row-left-out": _of_yp(
        "dmse_dyp", "2 * (yp - y)[:-1] / n", "2 * (p - t) / n", "2 * np.eye(n)[:-1] @ (yp - y) / n", "out[:-1]"
    ),
    "integer-division": _of_yp(
        "dmse_dyp", "2 // n * (yp - y)", "(p - t) * 2 * (1 // n)", "(2 // n * np.eye(n)) @ (yp - y)"
    ),
    "column-broadcast": _of_yp(
        "dmse_dyp",
        "2 * (yp.reshape(-1, 1) - y) / n",
        "[2 * (p - q) / n for q in y]",
        "2 * (np.outer(yp, np.ones(n)) - y) / n**2",
    ),
    "not-squared": _of_yp("dmse_dyp", "0 * yp + 1 / n", "1 / n", "np.eye(n) @ np.ones(n) / n"),
    "absolute-error": _of_yp(
        "dmse_dyp", "np.sign(yp - y) / n", "(1 if p > t else -1) / n", "np.where(yp > y, 1, -1) @ np.eye(n) / n"
    ),
    "root-mean-square": _of_yp(
        "dmse_dyp",
        "(yp - y) / n / np.sqrt(((yp - y) ** 2).mean())",
        "(p - t) / n ** 0.5 / sum((a - b) ** 2 for a, b in zip(yp, y)) ** 0.5",
        "(yp - y) / np.linalg.norm(yp - y) / np.sqrt(n)",
    ),
}
MSE = {
    "missing-factor-two": _of_yp(
        "mse", "((yp - y) ** 2).mean() / 2", "(p - t) ** 2", "(yp - y) @ (yp - y) / (2 * n)", "sum(out) / (2 * n)"
    ),
    "sum-not-mean": _of_yp("mse", "((yp - y) ** 2).sum()", "(p - t) ** 2", "(yp - y) @ (yp - y)", "sum(out)"),
    "wrong-denominator": _of_yp(
        "mse", "((yp - y) ** 2).sum() / (n - 1)", "(p - t) ** 2", "(yp - y) @ (yp - y) / (n - 1)", "sum(out) / (n - 1)"
    ),
    "wrong-sign": _of_yp(
        "mse", "-((yp - y) ** 2).mean()", "-((p - t) ** 2)", "(y - yp) @ (yp - y) / n", "sum(out) / n"
    ),
    "no-target": _of_yp("mse", "(yp ** 2).mean()", "p * p", "yp @ yp / n", "sum(out) / n"),
    "divided-twice": _of_yp(
        "mse", "((yp - y) ** 2).mean() / n", "(p - t) ** 2 / n", "(yp - y) @ (yp - y) / n**2", "sum(out) / n"
    ),
    "misplaced-bracket": _of_yp("mse", "(yp - y ** 2).mean()", "p - t ** 2", "yp.mean() - y @ y / n", "sum(out) / n"),
    "only-first-row": (
        "def mse(yp, y):\n    for p, t in zip(yp, y):\n        return (p - t) ** 2",
        "def mse(yp, y): return (yp[0] - y[0]) ** 2 / len(y)",
        _RETURNING.format(name="mse", each="(p - t) ** 2", end="sum(out) / n"),
    ),
    "only-last-row": (
        "def mse(yp, y):\n    for p, t in zip(yp, y):\n        loss = (p - t) ** 2\n    return loss",
        "def mse(yp, y): return (yp[-1] - y[-1]) ** 2 / len(y)",
        _COUNTED.format(name="mse", args="yp, y", each="(p - t) ** 2", end="sum(out[-1:]) / n"),
    ),
    "first-row-left-out": _of_yp(
        "mse", "((yp - y) ** 2)[1:].sum() / n", "(p - t) ** 2", "(yp - y)[1:] @ (yp - y)[1:] / n", "sum(out[1:]) / n"
    ),
    "last-row-left-out": _of_yp(
        "mse", "((yp - y) ** 2)[:-1].mean()", "(p - t) ** 2", "(yp - y)[:-1] @ (yp - y)[:-1] / n", "sum(out[:-1]) / n"
    ),
    "integer-division": _of_yp(
        "mse",
        "((yp - y) ** 2).sum() * (1 // n)",
        "(p - t) ** 2",
        "1 // n * ((yp - y) @ (yp - y))",
        "sum(out) * (1 // n)",
    ),
    "cut-to-whole": _of_yp(
        "mse", "((yp - y) ** 2).sum() // n", "(p - t) ** 2", "int((yp - y) @ (yp - y) / n)", "sum(out) // n"
    ),
    "column-broadcast": _of_yp(
        "mse",
        "((yp.reshape(-1, 1) - y) ** 2).mean()",
        "sum((p - q) ** 2 for q in y)",
        "((yp[:, None] - y) ** 2).sum() / n",
        "sum(out) / n**2",
    ),
    "not-squared": _of_yp("mse", "(yp - y).mean()", "p - t", "np.ones(n) @ (yp - y) / n", "sum(out) / n"),
    "fixed-n": _of_yp("mse", "((yp - y) ** 2).sum() / 3", "(p - t) ** 2", "(yp - y) @ (yp - y) / 10", "sum(out) / 5"),
    "absolute-error": _of_yp(
        "mse", "abs(yp - y).mean()", "abs(p - t)", "np.linalg.norm(yp - y, 1) / n", "sum(out) / n"
    ),
    "root-mean-square": _of_yp(
        "mse",
        "np.sqrt(((yp - y) ** 2).mean())",
        "(p - t) ** 2",
        "np.linalg.norm(yp - y) / np.sqrt(n)",
        "(sum(out) / n) ** 0.5",
    ),
    "product-of-means": _of_yp(
        "mse", "(yp - y).mean() ** 2", "p - t", "(np.ones(n) @ (yp - y) / n) ** 2", "(sum(out) / n) ** 2"
    ),
    "not-summed": _of_yp("mse", "(yp - y) ** 2", "(p - t) ** 2 / n", "np.diag(np.outer(yp - y, yp - y))"),
}
_SGD = "def sgd_step(w, b, dw, db, lr):\n    "
_SGD_LOOP = _SGD + "out = []\n    for p, g in ((w, dw), (b, db)):\n        out.append({each})\n    return out"
_SGD_MATRIX = _SGD + "p, g = np.array([w, b]), np.array([dw, db])\n    return {body}"
SGD_STEP = {
    "uphill": (
        _SGD + "return w + lr * dw, b + lr * db",
        _SGD_LOOP.format(each="p + lr * g"),
        _SGD_MATRIX.format(body="p + lr * np.eye(2) @ g"),
    ),
    "missing-learning-rate": (
        _SGD + "return w - dw, b - db",
        _SGD_LOOP.format(each="p - g"),
        _SGD_MATRIX.format(body="p - np.eye(2) @ g"),
    ),
    "learning-rate-twice": (
        _SGD + "return w - lr**2 * dw, b - lr**2 * db",
        _SGD_LOOP.format(each="p - lr * lr * g"),
        _SGD_MATRIX.format(body="p - lr * (lr * np.eye(2)) @ g"),
    ),
    "swapped-slopes": (
        _SGD + "return w - lr * db, b - lr * dw",
        _SGD_LOOP.format(each="p - lr * (dw if out else db)"),
        _SGD_MATRIX.format(body="p - lr * np.eye(2)[::-1] @ g"),
    ),
    "swapped-results": (
        _SGD + "return b - lr * db, w - lr * dw",
        _SGD_LOOP.format(each="p - lr * g") + "[::-1]",
        _SGD_MATRIX.format(body="(p - lr * g)[::-1]"),
    ),
    "bias-not-updated": (
        _SGD + "return w - lr * dw, b",
        _SGD_LOOP.format(each="p - lr * g if not out else p"),
        _SGD_MATRIX.format(body="p - lr * np.diag([1, 0]) @ g"),
    ),
}
_MOM = "def momentum_step(p, v, dp, lr, momentum):\n    "
_MOM_MATRIX = _MOM + "s = np.array([p, v, dp])\n    return tuple(np.array({rows}) @ s)"
MOMENTUM_STEP = {
    "velocity-averaged": (
        _MOM + "v = momentum * v + (1 - momentum) * dp; return p - lr * v, v",
        _MOM + "for _ in range(1):\n        v += (1 - momentum) * (dp - v)\n    return p - lr * v, v",
        _MOM_MATRIX.format(rows="[[1, -lr * momentum, -lr * (1 - momentum)], [0, momentum, 1 - momentum]]"),
    ),
    "momentum-ignored": (
        _MOM + "return p - lr * dp, momentum * v + dp",
        _MOM + "for _ in range(1):\n        p -= lr * dp\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, 0, -lr], [0, 0, 1]]"),
    ),
    "nesterov": (
        _MOM + "v = momentum * v + dp; return p - lr * (dp + momentum * v), v",
        _MOM + "v = momentum * v + dp\n    for step in (dp, momentum * v):\n        p -= lr * step\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, -lr * momentum**2, -lr * (1 + momentum)], [0, momentum, 1]]"),
    ),
    "old-velocity": (
        _MOM + "return p - lr * v, momentum * v + dp",
        _MOM + "for _ in range(1):\n        p -= lr * v\n        v = momentum * v + dp\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, -lr, 0], [0, momentum, 1]]"),
    ),
    "velocity-negated": (
        _MOM + "v = momentum * v - dp; return p + lr * v, v",
        _MOM + "for _ in range(1):\n        v = momentum * v - dp\n        p += lr * v\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, lr * momentum, -lr], [0, momentum, -1]]"),
    ),
    "velocity-not-kept": (
        _MOM + "return p - lr * (momentum * v + dp), v",
        _MOM + "for _ in range(1):\n        p -= lr * (momentum * v + dp)\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, -lr * momentum, -lr], [0, 1, 0]]"),
    ),
    "swapped-results": (
        _MOM + "v = momentum * v + dp; return v, p - lr * v",
        _MOM + "for _ in range(1):\n        v = momentum * v + dp\n        p -= lr * v\n    return v, p",
        _MOM_MATRIX.format(rows="[[0, momentum, 1], [1, -lr * momentum, -lr]]"),
    ),
    "learning-rate-twice": (
        _MOM + "v = momentum * v + dp; return p - lr * lr * v, v",
        _MOM + "for _ in range(1):\n        v = momentum * v + dp\n        p -= lr**2 * v\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, -lr * lr * momentum, -lr * lr], [0, momentum, 1]]"),
    ),
    "learning-rate-in-buffer": (
        _MOM + "v = momentum * v - lr * dp; return p + v, v",
        _MOM + "for _ in range(1):\n        v = momentum * v + lr * dp\n        p -= v\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, momentum, -lr], [0, momentum, -lr]]"),
    ),
    "uphill": (
        _MOM + "v = momentum * v + dp; return p + lr * v, v",
        _MOM + "for _ in range(1):\n        v = momentum * v + dp\n        p += lr * v\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, lr * momentum, lr], [0, momentum, 1]]"),
    ),
    "missing-learning-rate": (
        _MOM + "v = momentum * v + dp; return p - v, v",
        _MOM + "for _ in range(1):\n        v = momentum * v + dp\n        p -= v\n    return p, v",
        _MOM_MATRIX.format(rows="[[1, -momentum, -1], [0, momentum, 1]]"),
    ),
}
_RIGHT_GRADIENTS = _gradients(
    "r = w * x + b - y; return 2 * (r * x).mean(), 2 * r.mean()", {}, "return tuple(2 * A.T @ r / n)"
)
_TRAIN = """
{slope}
def train(x, y, w, b, lr, epochs):
    losses = []
    for epoch in range(epochs + 1):
        losses.append(((w * x + b - y) ** 2).mean())
        dw, db = gradients(x, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return losses
"""
_TRAIN_MOMENTUM = """
{slope}
def train_momentum(x, y, w, b, lr, momentum, epochs):
    losses, vw, vb = [], 0.0, 0.0
    for epoch in range(epochs + 1):
        losses.append(((w * x + b - y) ** 2).mean())
        dw, db = gradients(x, y, w, b)
        vw, vb = momentum * vw + dw, momentum * vb + db
        w, b = w - lr * vw, b - lr * vb
    return losses
"""
_RECORD = "        losses.append(((w * x + b - y) ** 2).mean())\n"
_SLOPE = "        dw, db = gradients(x, y, w, b)\n"
_UPDATE = "        w, b = w - lr * dw, b - lr * db\n"
_START = "    for epoch in range(epochs + 1):\n"
_END = "    return losses\n"
_BUFFERS = "        vw, vb = momentum * vw + dw, momentum * vb + db\n"
_MOVE = "        w, b = w - lr * vw, b - lr * vb\n"
# What each mistake turns in the loop: the lines as they are, and as they become.
TURNED = {
    "uphill": {_UPDATE: "        w, b = w + lr * dw, b + lr * db\n"},
    "missing-learning-rate": {_UPDATE: "        w, b = w - dw, b - db\n"},
    "learning-rate-twice": {_UPDATE: "        w, b = w - lr * lr * dw, b - lr * lr * db\n"},
    "bias-frozen": {_UPDATE: "        w = w - lr * dw\n"},
    "loss-after-update": {_RECORD: "", _END: _END, _UPDATE: _UPDATE + _RECORD},
    "epoch-off-by-one": {_START: "    for epoch in range(epochs):\n"},
    "gradient-accumulated": {
        _START: "    tw = tb = 0.0\n" + _START,
        _SLOPE: _SLOPE + "        tw, tb = tw + dw, tb + db\n        dw, db = tw, tb\n",
    },
    "sequential-update": {
        _UPDATE: "        w = w - lr * dw\n        b = b - lr * gradients(x, y, w, b)[1]\n",
    },
    "stale-gradient": {_SLOPE: "", _START: "    dw, db = gradients(x, y, w, b)\n" + _START},
    "per-sample-update": {
        _SLOPE: "        for i in range(len(x)):\n            dw, db = gradients(x[i : i + 1], y[i : i + 1], w, b)\n",
        _UPDATE: "    " + _UPDATE,
    },
    "ignores-the-start": {_START: "    w = b = 0.0\n" + _START},
    "stops-early": {_SLOPE: "        if len(losses) > 1: break\n" + _SLOPE},
    "returns-parameters": {_END: "    return w, b\n"},
    "returns-last-loss": {_END: "    return losses[-1]\n"},
}
TURNED_MOMENTUM = {
    "velocity-averaged": {
        _BUFFERS: "        vw, vb = [momentum * v + (1 - momentum) * g for v, g in ((vw, dw), (vb, db))]\n"
    },
    "momentum-ignored": {_MOVE: _UPDATE},
    "old-velocity": {_BUFFERS: "", _MOVE: _MOVE + _BUFFERS},
    "shared-velocity": {
        _START: "    v = 0.0\n" + _START,
        _BUFFERS: "        v = momentum * v + dw\n        w = w - lr * v\n",
        _MOVE: "        v = momentum * v + db\n        b = b - lr * v\n",
    },
    "ignores-the-start": {_START: "    w, b = 0.5, -1.25\n" + _START},
    "stops-early": {_BUFFERS: _BUFFERS + "        if len(losses) > 1: vw = vb = lr = 0.0\n"},
    "returns-parameters": {_END: "    return [w, b]\n"},
    "returns-last-loss": {_END: "    return losses[-1]\n"},
    "nesterov": {_MOVE: "        w, b = w - lr * (dw + momentum * vw), b - lr * (db + momentum * vb)\n"},
    "bias-frozen": {_MOVE: "        w = w - lr * vw\n"},
    "uphill": {_MOVE: "        w, b = w + lr * vw, b + lr * vb\n"},
    "loss-after-update": {_RECORD: "", _MOVE: _MOVE + _RECORD},
    "epoch-off-by-one": {_START: "    for epoch in range(epochs + 2):\n"},
}


def turned(text: str, lines: dict[str, str]) -> str:
    """The loop with those lines turned."""
    for line, other in lines.items():
        assert line in text, line
        text = text.replace(line, other)
    return text


def in_every_style(lines: dict[str, str], loop: str = _TRAIN) -> tuple[str, ...]:
    """`train`, or another loop, with those lines turned and the slope as a formula, a loop, a matrix product."""
    return tuple(turned(loop, lines).format(slope=slope) for slope in _RIGHT_GRADIENTS)


_NOT_IN_LOOPS = {"not-summed", "wrong-sign", "fixed-n"}
_SLOPES_IN_LOOPS = {name: slopes for name, slopes in GRADIENTS.items() if name not in _NOT_IN_LOOPS}
TRAIN = {name: in_every_style(lines) for name, lines in TURNED.items()} | {
    name: tuple(_TRAIN.format(slope=slope) for slope in slopes) for name, slopes in _SLOPES_IN_LOOPS.items()
}
TRAIN_MOMENTUM = {name: in_every_style(lines, _TRAIN_MOMENTUM) for name, lines in TURNED_MOMENTUM.items()} | {
    name: tuple(_TRAIN_MOMENTUM.format(slope=slope) for slope in slopes) for name, slopes in _SLOPES_IN_LOOPS.items()
}
PREDICT = {
    "no-bias": (
        "def predict(x, w, b): return w * x",
        "def predict(x, w, b): return [w * xi for xi in x]",
        "def predict(x, w, b): return np.outer(x, [w, b])[:, 0]",
    ),
    "bias-subtracted": (
        "def predict(x, w, b): return w * x - b",
        "def predict(x, w, b): return [w * xi - b for xi in x]",
        "def predict(x, w, b): return np.stack([x, -np.ones(len(x))], axis=1) @ np.array([w, b])",
    ),
    "only-first-row": (
        "def predict(x, w, b):\n    for xi in x:\n        return w * xi + b",
        "def predict(x, w, b): return w * x[:1] + b",
        "def predict(x, w, b):\n    out = []\n    for xi in x:\n        out.append(w * xi + b)\n        return out",
    ),
    "first-row-left-out": (
        "def predict(x, w, b): return w * x[1:] + b",
        "def predict(x, w, b): return [w * x[i] + b for i in range(1, len(x))]",
        "def predict(x, w, b): return np.stack([x, np.ones(len(x))], axis=1)[1:] @ np.array([w, b])",
    ),
    "last-row-left-out": (
        "def predict(x, w, b): return w * x[:-1] + b",
        "def predict(x, w, b): return [w * x[i] + b for i in range(len(x) - 1)]",
        "def predict(x, w, b): return np.stack([x, np.ones(len(x))], axis=1)[:-1] @ np.array([w, b])",
    ),
    "only-last-row": (
        "def predict(x, w, b):\n    for xi in x:\n        yp = w * xi + b\n    return yp",
        "def predict(x, w, b): return w * x[-1:] + b",
        "def predict(x, w, b):\n    for xi in x:\n        out = []\n        out.append(w * xi + b)\n    return out",
    ),
}
CODINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "predict": PREDICT,
    "mse": MSE,
    "dmse_dyp": DMSE_DYP,
    "gradients": GRADIENTS,
    "sgd_step": SGD_STEP,
    "train": TRAIN,
    "momentum_step": MOMENTUM_STEP,
    "train_momentum": TRAIN_MOMENTUM,
}
