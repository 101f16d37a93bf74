"""Contenders from outside: each is written as its own documentation would, and imported where it is installed."""

from typing import Any

from compare.speed.problem import LR, Run


def hips_autograd(x: Any, y: Any) -> Run:
    from autograd import value_and_grad

    slopes = value_and_grad(lambda p: ((p[0] * x + p[1] - y) ** 2).mean())

    def run(updates: int) -> tuple[float, float]:
        w = b = x.dtype.type(0)
        for _ in range(updates):
            _, (dw, db) = slopes((w, b))
            w, b = w - x.dtype.type(LR) * dw, b - x.dtype.type(LR) * db
        return w, b

    return run


def jax_step(x: Any, y: Any) -> Run:
    jax, update, start = _jax(x, y)
    step = jax.jit(update)

    def run(updates: int) -> tuple[float, float]:
        state = start
        for _ in range(updates):
            state, _ = step(state, None)
        return float(state[0]), float(state[1])

    return run


def jax_scan(x: Any, y: Any) -> Run:
    jax, update, start = _jax(x, y)
    steps = jax.jit(lambda state, updates: jax.lax.scan(update, state, length=updates), static_argnums=1)

    def run(updates: int) -> tuple[float, float]:
        state, _ = steps(start, updates)
        return float(state[0]), float(state[1])

    return run


def _jax(x: Any, y: Any) -> tuple[Any, Any, Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    data, target = jax.numpy.asarray(x), jax.numpy.asarray(y)
    slopes = jax.value_and_grad(lambda p: ((p[0] * data + p[1] - target) ** 2).mean())

    def update(state: Any, _: None) -> tuple[Any, Any]:
        loss, (dw, db) = slopes(state)
        return (state[0] - LR * dw, state[1] - LR * db), loss

    zero = jax.numpy.zeros((), data.dtype)
    return jax, update, (zero, zero)


def numba_loop(x: Any, y: Any) -> Run:
    import numba

    @numba.njit(fastmath=True)
    def gradients(x, y, w, b):  # type: ignore[no-untyped-def]
        loss = dw = db = x.dtype.type(0)
        for i in range(len(x)):
            r = w * x[i] + b - y[i]
            loss += r * r
            dw += r * x[i]
            db += r
        return loss / len(x), 2 * dw / len(x), 2 * db / len(x)

    def run(updates: int) -> tuple[float, float]:
        w = b = x.dtype.type(0)
        lr = x.dtype.type(LR)
        for _ in range(updates):
            _, dw, db = gradients(x, y, w, b)
            w, b = x.dtype.type(w - lr * dw), x.dtype.type(b - lr * db)
        return w, b

    return run


def micrograd(x: Any, y: Any) -> Run:
    from micrograd.engine import Value

    rows = list(zip(x.tolist(), y.tolist(), strict=True))

    def run(updates: int) -> tuple[float, float]:
        w, b = 0.0, 0.0
        for _ in range(updates):
            parameters = Value(w), Value(b)
            loss = sum((parameters[0] * at + parameters[1] - target) ** 2 for at, target in rows) * (1 / len(rows))
            loss.backward()
            w, b = (p.data - LR * p.grad for p in parameters)
        return w, b

    return run
