"""Small whole numbers for every exercise, the smallest first: what a counterexample is looked for in.

Smallest is: fewest samples, fewest epochs, nothing negative, some x that is not zero, the smallest sum of sizes, the
smallest number, then the fewest targets.
"""

from collections.abc import Iterator
from functools import cache
from itertools import chain, product
from typing import Any

from compare.exercises.tasks import ARRAYS, TASKS
from compare.exercises.trials import Trial

SIZES, TOTAL = (1, 2, 3), 4  # numbers of samples, the largest sum of sizes
RUN_TOTALS = {1: 3, 2: 2, 3: 1}  # of trajectories, by samples
NEGATIVE_TOTAL = 3
EPOCHS = (0, 1, 2)
RATES = (1.0, 0.5)
MOMENTUM = 0.5
SETTINGS = ("lr", "momentum", "epochs")
RISING = ("y", "b", "w", "v", "p", "db")  # of equal sums, the smaller of these first; dw and dp are what is left
FALLING = ("x", "yp")  # then the larger of these


@cache
def small_inputs(task: str) -> tuple[Trial, ...]:
    """The small inputs of one exercise, in order of size."""
    parameters = TASKS[task].parameters
    epochs = EPOCHS if "epochs" in parameters else EPOCHS[:1]
    rates = RATES if "lr" in parameters else RATES[:1]
    found = []
    for size, total in _sizes(parameters).items():
        for epoch, data, rate in product(epochs, _data(parameters, size, total), rates):
            full = {**data, "lr": rate, "momentum": MOMENTUM, "epochs": epoch}
            found.append({name: full[name] for name in parameters})
    return tuple(chain(found, () if "lr" in parameters else _data(parameters, 1, NEGATIVE_TOTAL, signs=(1, -1))))


def _sizes(parameters: tuple[str, ...]) -> dict[int, int]:
    if "epochs" in parameters:
        return RUN_TOTALS
    return dict.fromkeys(SIZES if ARRAYS.intersection(parameters) else SIZES[:1], TOTAL)


def _data(parameters: tuple[str, ...], size: int, total: int, signs: tuple[int, ...] = (1,)) -> list[Trial]:
    """Every choice of whole numbers whose sizes add up to `total` at most, in order."""
    names = [name for name in parameters if name not in SETTINGS]
    counts = [size if name in ARRAYS else 1 for name in names]
    return sorted(
        (
            _split(names, counts, numbers)
            for sizes in _adding_up(sum(counts), total)
            for numbers in product(*({sign * one for sign in signs} for one in sizes))
        ),
        key=_order,
    )


def _adding_up(count: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every `count` whole numbers from 0 that add up to `total` at most."""
    if count == 0:
        yield ()
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _adding_up(count - 1, total - first))


def _split(names: list[str], counts: list[int], numbers: tuple[int, ...]) -> Trial:
    left = map(float, numbers)
    taken = {name: tuple(next(left) for _ in range(count)) for name, count in zip(names, counts, strict=True)}
    return {name: value if name in ARRAYS else value[0] for name, value in taken.items()}


def _order(data: Trial) -> tuple[Any, ...]:
    entries = {name: value if isinstance(value, tuple) else (value,) for name, value in data.items()}
    sizes = [abs(number) for value in entries.values() for number in value]
    rising = [entries[name] for name in RISING if name in entries]
    falling = [tuple(-number for number in entries[name]) for name in FALLING if name in entries]
    return "x" in entries and not any(entries["x"]), sum(sizes), max(sizes), rising, falling
