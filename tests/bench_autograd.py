"""`python -m tests.bench_autograd`: the engine against torch's eager mode, in ratios taken in one run."""

import os
import time
from collections.abc import Callable
from types import ModuleType

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from manual import autograd

ROUNDS, STEPS, NODES = 15, 300, 100_000


def training_step(side: ModuleType) -> Callable[[], None]:
    """One step of the hours lesson: n = 3, two parameters."""
    w, b = side.zeros(1, requires_grad=True), side.zeros(1, requires_grad=True)
    x, y = side.FloatTensor([[1], [2], [3]]), side.FloatTensor([[200], [400], [600]])
    optimizer = side.optim.SGD([w, b], lr=0.01)

    def step() -> None:
        loss = ((w * x + b - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def seconds(work: Callable[[], object], times: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def chain(side: ModuleType) -> tuple[float, float]:
    """Seconds to build a chain of products and to walk it back."""
    x = side.ones(1, requires_grad=True)

    def build() -> None:
        nonlocal x
        for _ in range(NODES):
            x = x * 1.0

    building = seconds(build)
    return building, seconds(x.backward)


def main() -> None:
    ours, theirs = training_step(autograd), training_step(torch)
    rounds = [(seconds(ours, STEPS), seconds(theirs, STEPS)) for _ in range(ROUNDS)]  # interleaved: noise hits both
    engine, eager = (min(column) for column in zip(*rounds, strict=True))
    print(f"lesson step, n = 3: engine {engine * 1e6:.1f} µs, torch {eager * 1e6:.1f} µs, ratio {eager / engine:.2f}")
    for name, side in (("engine", autograd), ("torch", torch)):
        building, back = chain(side)
        print(f"chain of {NODES} nodes, {name}: build {building:.2f} s, backward {back:.2f} s")


if __name__ == "__main__":
    main()
