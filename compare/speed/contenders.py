"""Who competes at one update: each trains w, b from zero on the same data, and gives (w, b) after so many updates.

A contender prepares once, untimed (compiling, copying the data into its own form), and is then timed on whole runs.
Each is written as its own documentation would, and given its best setting; those from outside where they are installed.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from compare.speed.problem import LR, Runner


class Contender(NamedTuple):
    """`largest` is the n beyond which it would only keep the others waiting; `slow_start` leaves it out of --quick."""

    name: str
    prepare: Callable[[Any, Any], Runner]
    largest: int = 10**7
    reads_data: bool = True
    slow_start: bool = False


def textbook(x: Any, y: Any) -> Runner:
    from manual.sgd import SGD
    from manual.training import train

    def run(updates: int) -> tuple[float, float]:
        path = train(x, y, 0.0, 0.0, SGD(LR), updates - 1)
        return path.w[-1], path.b[-1]

    return run


def statistics(x: Any, y: Any) -> Runner:
    from compare.speed.powers import train
    from manual.sgd import SGD
    from manual.statistics import measure

    sums = measure(x, y)

    def run(updates: int) -> tuple[float, float]:
        path = train(sums, 0.0, 0.0, SGD(LR), updates - 1)
        return path.w[-1], path.b[-1]

    return run


def lesson_program(torch: Any, x: Any, y: Any, **options: Any) -> Runner:
    """The lesson's own loop, for torch and for the engine that wears torch's face."""
    data, target = torch.tensor(x), torch.tensor(y)

    def run(updates: int) -> tuple[float, float]:
        w = torch.zeros(1, dtype=data.dtype, requires_grad=True)
        b = torch.zeros(1, dtype=data.dtype, requires_grad=True)
        optimizer = torch.optim.SGD([w, b], lr=LR, **options)
        for _ in range(updates):
            loss = ((w * data + b - target) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return w.item(), b.item()

    return run


def engine(x: Any, y: Any) -> Runner:
    from manual import autograd

    return lesson_program(autograd, x, y)


def by_torch(**options: Any) -> Callable[[Any, Any], Runner]:
    """torch's eager mode, its SGD with these options."""

    def prepare(x: Any, y: Any) -> Runner:
        import torch

        return lesson_program(torch, x, y, **options)

    return prepare


def torch_compiled(x: Any, y: Any) -> Runner:
    """Loss, gradient and update in one compiled graph."""
    import torch

    data, target = torch.tensor(x), torch.tensor(y)
    slopes = torch.func.grad_and_value(lambda w, b: ((w * data + b - target) ** 2).mean(), argnums=(0, 1))

    def update(w: Any, b: Any) -> tuple[Any, Any, Any]:
        (dw, db), loss = slopes(w, b)
        return w - LR * dw, b - LR * db, loss

    compiled: Any = torch.compile(update)

    def run(updates: int) -> tuple[float, float]:
        w, b = torch.zeros((), dtype=data.dtype), torch.zeros((), dtype=data.dtype)
        for _ in range(updates):
            w, b, _ = compiled(w, b)
        return w.item(), b.item()

    run(1)
    return run


def hips_autograd(x: Any, y: Any) -> Runner:
    from autograd import value_and_grad

    slopes = value_and_grad(lambda p: ((p[0] * x + p[1] - y) ** 2).mean())

    def run(updates: int) -> tuple[float, float]:
        w = b = x.dtype.type(0)
        for _ in range(updates):
            _, (dw, db) = slopes((w, b))
            w, b = w - x.dtype.type(LR) * dw, b - x.dtype.type(LR) * db
        return w, b

    return run


def jax_step(x: Any, y: Any) -> Runner:
    jax, update, start = _jax(x, y)
    step = jax.jit(update)

    def run(updates: int) -> tuple[float, float]:
        state = start
        for _ in range(updates):
            state, _ = step(state, None)
        return float(state[0]), float(state[1])

    return run


def jax_scan(x: Any, y: Any) -> Runner:
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


def numba_loop(x: Any, y: Any) -> Runner:
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


def micrograd(x: Any, y: Any) -> Runner:
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


STEP_CONTENDERS = (
    Contender("manual textbook", textbook),
    Contender("manual statistics", statistics, reads_data=False),
    Contender("engine", engine),
    Contender("torch eager", by_torch()),
    Contender("torch foreach", by_torch(foreach=True)),
    Contender("torch fused", by_torch(fused=True)),
    Contender("torch compile", torch_compiled, slow_start=True),
    Contender("HIPS autograd", hips_autograd),
    Contender("JAX step", jax_step),
    Contender("JAX scan", jax_scan),
    Contender("numba", numba_loop),
    Contender("micrograd", micrograd, largest=100),
)
