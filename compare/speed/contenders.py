"""Who competes at one update: each trains w, b from zero on the same data, and gives (w, b) after so many updates.

A contender prepares once, untimed (compiling, copying the data into its own form), and is then timed on whole runs.
Each is written as its own documentation would, and given its best setting.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from compare.speed import peers
from compare.speed.problem import LR, Run


class Contender(NamedTuple):
    """`largest` is the n beyond which it would only keep the others waiting; `slow_start` leaves it out of --quick."""

    name: str
    prepare: Callable[[Any, Any], Run]
    largest: int = 10**7
    reads_data: bool = True
    slow_start: bool = False


def textbook(x: Any, y: Any) -> Run:
    from manual.sgd import SGD
    from manual.training import train

    def run(updates: int) -> tuple[float, float]:
        path = train(x, y, 0.0, 0.0, SGD(LR), updates - 1)
        return path.w[-1], path.b[-1]

    return run


def statistics(x: Any, y: Any) -> Run:
    from compare.speed.powers import train
    from manual.sgd import SGD
    from manual.statistics import measure

    sums = measure(x, y)

    def run(updates: int) -> tuple[float, float]:
        path = train(sums, 0.0, 0.0, SGD(LR), updates - 1)
        return path.w[-1], path.b[-1]

    return run


def lesson_program(torch: Any, x: Any, y: Any, **options: Any) -> Run:
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


def engine(x: Any, y: Any) -> Run:
    from manual import autograd

    return lesson_program(autograd, x, y)


def torch_eager(x: Any, y: Any) -> Run:
    import torch

    return lesson_program(torch, x, y)


def torch_foreach(x: Any, y: Any) -> Run:
    import torch

    return lesson_program(torch, x, y, foreach=True)


def torch_fused(x: Any, y: Any) -> Run:
    import torch

    return lesson_program(torch, x, y, fused=True)


def torch_compiled(x: Any, y: Any) -> Run:
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


STEP_CONTENDERS = (
    Contender("manual textbook", textbook),
    Contender("manual statistics", statistics, reads_data=False),
    Contender("engine", engine),
    Contender("torch eager", torch_eager),
    Contender("torch foreach", torch_foreach),
    Contender("torch fused", torch_fused),
    Contender("torch compile", torch_compiled, slow_start=True),
    Contender("HIPS autograd", peers.hips_autograd),
    Contender("JAX step", peers.jax_step),
    Contender("JAX scan", peers.jax_scan),
    Contender("numba", peers.numba_loop),
    Contender("micrograd", peers.micrograd, largest=100),
)
