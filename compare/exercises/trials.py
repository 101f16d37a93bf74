"""The inputs on which an answer is tried: the same ones from the same seed.

Numbers are eighths and sixty-fourths, so that float32 holds them exactly and the truth's integers stay small. In the
plain ones only some of the terms are there, all of one sign, so that the allowance is far below 0.05 % of the value and
an error in any one term shows. Those on which a known mistake divides by zero come last, since an exercise stops at its
first exception.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from math import ceil
from typing import Any, TypeAlias

from compare.exercises import draws
from compare.exercises.tasks import ARRAYS, TASKS

Trial: TypeAlias = Mapping[str, Any]  # by parameter: a float, a tuple of floats, or the int `epochs`

SIZES = (3, 2, 4, 5, 2, 3, 7, 6, 3, 8, 4, 5)
RANDOM, LARGE, REPEATED, SINGLE = 8, (16, 33, 64), 4, 4
# (n, epochs, largest y, largest lr) of the trajectories: gentle ones that settle, and rough ones in which residuals
# change their signs; those of one sample come last.
GENTLE, ROUGH = (10, 1 / 16), (1, 1 / 2)
RUNS = (
    *((3, 3, *GENTLE), (4, 2, *ROUGH), (2, 5, *GENTLE), (5, 3, *ROUGH), (3, 0, *GENTLE), (16, 2, *GENTLE)),
    *((3, 3, *GENTLE), (1, 3, *GENTLE), (1, 2, *ROUGH)),
)
AGAIN = -3  # the run that is the first once more


class _Numbers:
    """A linear congruential generator (Knuth's MMIX): the same numbers on every machine and in every version."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit

    def real(self, largest: int, steps: int, positive: bool = False) -> float:
        """A multiple of 1/steps up to `largest` in size, never zero."""
        size = (1 + self.below(largest * steps)) / steps
        return size if positive or self.below(2) else -size


@cache
def trials(task: str, seed: int) -> tuple[Trial, ...]:
    """The inputs of one exercise, forty or so, or nine short trajectories."""
    if (first := distinct(task, seed)) != seed:
        return trials(task, first)
    numbers = _Numbers(draws.start(task, seed))
    return tuple(_runs(task, numbers) if "epochs" in TASKS[task].parameters else _calls(task, numbers))


@cache
def further_trials(task: str, sizes: tuple[int, ...], seed: int) -> tuple[Trial, ...]:
    """Other inputs of an exercise without epochs, one for each of those numbers of samples."""
    numbers = _Numbers(draws.start(task, distinct(task, seed)) + 1)
    return tuple(_call(task, numbers, size) for size in sizes)


def distinct(task: str, seed: int) -> int:
    """Of the seeds that one chance drew and that have the same inputs of an exercise, the first."""
    parts = draws.parted(seed)
    return draws.drawn(parts[0], parts[1] % sets(task)) if parts else seed


@cache
def sets(task: str) -> int:
    """How many sets of an exercise's inputs there are in a pool."""
    return ceil(draws.POOL / len(trials(task, 0)))


def _calls(task: str, numbers: _Numbers) -> Iterator[Trial]:
    first = [_call(task, numbers, size) for size in SIZES]
    yield from first
    yield from _plain(task, numbers)
    yield from (_call(task, numbers, size) for size in (*SIZES[:RANDOM], *LARGE))
    yield from first[:REPEATED]
    if ARRAYS.intersection(TASKS[task].parameters):
        yield from (_call(task, numbers, 1) for _ in range(SINGLE))
        yield _fitted(task, numbers)


def _call(task: str, numbers: _Numbers, size: int, positive: bool = False) -> Trial:
    return {name: _value(name, numbers, size, positive) for name in TASKS[task].parameters}


def _value(name: str, numbers: _Numbers, size: int, positive: bool) -> Any:
    if name in ARRAYS:
        return tuple(numbers.real(10, 8, positive) for _ in range(size))
    if name in ("lr", "momentum"):
        return (1 + numbers.below(62)) / 64
    return numbers.real(4, 8, positive)


def _plain(task: str, numbers: _Numbers) -> Iterator[Trial]:
    """Positive numbers, with every choice of the terms but x, lr and momentum set to zero."""
    terms = [name for name in TASKS[task].parameters if name not in ("x", "lr", "momentum")]
    for size in (3, 2):
        for choice in range(2 ** len(terms)):
            zeros = {name for i, name in enumerate(terms) if choice >> i & 1}
            yield {name: _zeroed(value) if name in zeros else value
                   for name, value in _call(task, numbers, size, positive=True).items()}  # fmt: skip


def _zeroed(value: Any) -> Any:
    return (0.0,) * len(value) if isinstance(value, tuple) else 0.0


def _fitted(task: str, numbers: _Numbers) -> Trial:
    """No residual at all: y = yp = 0."""
    trial = _call(task, numbers, 3)
    return {name: value if name == "x" else _zeroed(value) for name, value in trial.items()}


def _runs(task: str, numbers: _Numbers) -> Iterator[Trial]:
    runs = [_run(task, numbers, *run) for run in RUNS]
    runs[AGAIN] = runs[0]
    yield from runs


def _run(task: str, numbers: _Numbers, size: int, epochs: int, largest: int, rate: float) -> Trial:
    values = {
        "x": tuple(numbers.real(2, 8) for _ in range(size)),
        "y": tuple(numbers.real(largest, 8) for _ in range(size)),
        "w": numbers.real(4, 8),
        "b": numbers.real(4, 8),
        "lr": rate * (4 + numbers.below(5)) / 8,
        "momentum": (32 + numbers.below(28)) / 64,
        "epochs": epochs,
    }
    return {name: values[name] for name in TASKS[task].parameters}
