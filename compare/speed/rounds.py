"""Interleaved rounds: every contender once a round, so that whatever slows the machine slows all of them alike."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import TypeAlias

Call: TypeAlias = Callable[[], object]

SHORTEST = 2e-3  # seconds a timed run should take, so that the clock's own cost and grain do not count


def repeats(run: Call, at_most: int) -> int:
    """How often to repeat `run` to fill the shortest time; its first call warms it up and is not counted."""
    run()
    started = time.perf_counter()
    run()
    once = time.perf_counter() - started
    return max(1, min(at_most, round(SHORTEST / max(once, 1e-9))))


def interleaved(runs: Mapping[str, Call], rounds: int) -> dict[str, list[float]]:
    """The seconds of each call, by name, one a round, with the garbage collector off."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, run in runs.items():
                started = time.perf_counter()
                run()
                seconds[name].append(time.perf_counter() - started)
    finally:
        gc.enable()
    return seconds


def ratio(reference: list[float], other: list[float]) -> float:
    """How many times faster than the reference: the median of the rounds' own ratios."""
    return median(one / two for one, two in zip(reference, other, strict=True))
