"""`python -m tests.bench_autograd`: a step on the engine as a share of torch's, medians of interleaved rounds."""

import os
import time
from collections.abc import Callable
from statistics import median
from types import ModuleType

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch

from manual import autograd

ROUNDS, SECONDS = 9, 0.02  # of one side in one round


def step(side: ModuleType, loss: Callable[[], object], parameters: list[object]) -> Callable[[], None]:
    """One update of the parameters."""
    optimizer = side.optim.SGD(parameters, lr=1e-3)

    def once() -> None:
        value = loss()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()

    return once


def line(side: ModuleType, x: np.ndarray, y: np.ndarray) -> Callable[[], None]:
    """A line through n points, or a plane through n rows of d features."""
    xs, ys = side.tensor(x), side.tensor(y)
    w = side.zeros(*x.shape[1:], requires_grad=True) if x.ndim == 2 else side.zeros(1, requires_grad=True)
    b = side.zeros(1, requires_grad=True)
    if x.ndim == 2:
        return step(side, lambda: ((xs @ w + b - ys) ** 2).mean(), [w, b])
    return step(side, lambda: ((w * xs + b - ys) ** 2).mean(), [w, b])


def hidden(side: ModuleType, x: np.ndarray, y: np.ndarray, function: str) -> Callable[[], None]:
    """A hidden layer of 64."""
    side.manual_seed(0)
    model = side.nn.Sequential(side.nn.Linear(x.shape[1], 64), getattr(side.nn, function)(), side.nn.Linear(64, 1))
    xs, ys, loss = side.tensor(x), side.tensor(y[:, None]), side.nn.MSELoss()
    return step(side, lambda: loss(model(xs), ys), list(model.parameters()))


def ratio(make: Callable[[ModuleType], Callable[[], None]]) -> tuple[float, float]:
    """(µs of the engine's step, its share of torch's)."""
    steps = [make(side) for side in (autograd, torch)]
    for one in steps:
        one()
    times = max(1, int(SECONDS / max(seconds(steps[1], 1), 1e-6)))
    rounds = [[seconds(one, times) for one in steps] for _ in range(ROUNDS)]
    return median(ours for ours, _ in rounds) * 1e6, median(ours / theirs for ours, theirs in rounds)


def seconds(work: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def main() -> None:
    torch.set_num_threads(1)
    random = np.random.default_rng(0)
    for n, d in [
        (3, 0),
        (100, 0),
        (10**4, 0),
        (10**6, 0),
        (3, 3),
        (100, 10),
        (10**4, 10),
        (10**4, 100),
        (2 * 10**5, 10),
    ]:
        x, y = random.normal(size=(n, d) if d else n).astype(np.float32), random.normal(size=n).astype(np.float32)
        micro, share = ratio(lambda side, x=x, y=y: line(side, x, y))
        print(f"line, n = {n}, d = {d or 1}: {micro:.1f} µs, {share:.2f} of torch's", flush=True)
    for n, function in [(3, "Tanh"), (100, "ReLU"), (100, "Tanh"), (10**4, "ReLU"), (10**4, "Tanh")]:
        x, y = random.normal(size=(n, 10)).astype(np.float32), random.normal(size=n).astype(np.float32)
        micro, share = ratio(lambda side, x=x, y=y, function=function: hidden(side, x, y, function))
        print(f"hidden layer of 64, {function}, n = {n}, d = 10: {micro:.1f} µs, {share:.2f} of torch's", flush=True)


if __name__ == "__main__":
    main()
