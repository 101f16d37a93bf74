"""Mistakes with a number in them that no table can list: solved from what was given, and tried as rows like the others.

A divisor that is the same whatever n; the decimals that all results are rounded to; a start of the run's own. What is
solved from a few trials has to hold on all of them, like every other mistake.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import TypeAlias

from compare.exercises.findings import BOOKKEEPING, GRADIENT, START
from compare.exercises.judging import Case, Trial
from compare.exercises.table import programs
from compare.exercises.table.mistakes import Mistake, Variant
from compare.exercises.table.programs import Program
from compare.sandbox.calls import Value

MOST_DECIMALS = 8
LEAST_N, LARGEST_N = 3, 1000  # Σ / 2 is ½ of a sum
CLOSE = 2.0**-30  # of a number that was solved, to one that somebody would write
WRITTEN = 1000  # the largest denominator of such a number

Row: TypeAlias = list[float]
_ONE = Program()


def solved(task: str, cases: Sequence[Case]) -> tuple[Mistake, ...]:
    """What may be in exercise `task`; at most a few."""
    return tuple(mistake for find in _FINDERS.get(task, (_rounding,)) for mistake in find(task, cases))


def _given(cases: Sequence[Case]) -> Iterator[tuple[Trial, tuple[Value, ...]]]:
    return ((case.trial, case.given) for case in cases if case.given is not None)


def _rounding(_: str, cases: Sequence[Case]) -> Iterator[Mistake]:
    """All results are multiples of 10⁻ᵏ: k, where it is not too large to be meant."""
    numbers = {number for _trial, given in _given(cases) for value in given for number in value.values}
    fitting = (k for k in range(MOST_DECIMALS + 1) if all(round(number, k) == number for number in numbers))
    decimals = next(fitting, None) if numbers and all(map(isfinite, numbers)) else None
    if decimals is not None:
        yield Mistake("rounds-its-results", Variant(loop={"decimals": decimals}), BOOKKEEPING)


def _divisor(task: str, cases: Sequence[Case]) -> Iterator[Mistake]:
    """The first result that is not 0 tells D, if it is Σ / D."""
    for trial, given in _given(cases):
        right = programs.results(task, _ONE, trial)
        for value, whole in zip(given, right, strict=True):
            if not value.shape and isfinite(value.values[0]) and value.values[0] and whole:
                divisor = round(whole * len(trial["y"]) / value.values[0])
                if LEAST_N <= divisor <= LARGEST_N:
                    fields = {"divisor": str(divisor)}
                    in_loss = task == "mse"
                    variant = Variant(loss=fields) if in_loss else Variant(slope=fields)
                    yield Mistake("fixed-n", variant, BOOKKEEPING if in_loss else GRADIENT)
                return


def _start(_: str, cases: Sequence[Case]) -> Iterator[Mistake]:
    """The first losses are quadratic in w and b: linear in w², wb, b², w, b, and in w², w or b², b alone."""
    for equation, count in ((_of_both, 5), (_of_w, 2), (_of_b, 2)):
        rows = [equation(trial, given[0].values[0]) for trial, given in _given(cases) if given[0].values]
        if (found := _solution(rows[:count], count)) is not None:
            w, b = {_of_both: (-2, -1), _of_w: (-1, None), _of_b: (None, -1)}[equation]
            start = (None if w is None else _written(found[w]), None if b is None else _written(found[b]))
            yield Mistake("ignores-the-start", Variant(loop={"start": start}), START)


def _of_both(trial: Trial, loss: float) -> Row:
    x, y = trial["x"], trial["y"]
    return [_mean(x, x), 2 * _mean(x), 1.0, -2 * _mean(x, y), -2 * _mean(y), loss - _mean(y, y)]


def _of_w(trial: Trial, loss: float) -> Row:
    x, left = trial["x"], [trial["b"] - yi for yi in trial["y"]]
    return [_mean(x, x), 2 * _mean(x, left), loss - _mean(left, left)]


def _of_b(trial: Trial, loss: float) -> Row:
    left = [trial["w"] * xi - yi for xi, yi in zip(trial["x"], trial["y"], strict=True)]
    return [1.0, 2 * _mean(left), loss - _mean(left, left)]


def _mean(one: Sequence[float], other: Sequence[float] | None = None) -> float:
    return sum(p * q for p, q in zip(one, other or [1.0] * len(one), strict=True)) / len(one)


def _solution(rows: list[Row], count: int) -> Row | None:
    """Of `count` linear equations, each with its right side last, by Gauss and Jordan; None where they tell none."""
    if len(rows) < count or not all(isfinite(entry) for row in rows for entry in row):
        return None
    left = [list(map(Fraction, row)) for row in rows]
    for i in range(count):
        pivot = next((k for k in range(i, count) if left[k][i]), None)
        if pivot is None:
            return None
        left[i], left[pivot] = left[pivot], left[i]
        top = left[i] = [entry / left[i][i] for entry in left[i]]
        for k in range(count):
            if k != i:
                left[k] = [entry - left[k][i] * above for entry, above in zip(left[k], top, strict=True)]
    return [float(row[-1]) for row in left]


def _written(number: float) -> float:
    """The number that somebody would have written, where one is that near."""
    near = float(Fraction(number).limit_denominator(WRITTEN))
    return near if abs(near - number) <= CLOSE * max(1.0, abs(near)) else number


_Finder: TypeAlias = Callable[[str, Sequence[Case]], Iterator[Mistake]]
_FINDERS: dict[str, tuple[_Finder, ...]] = {
    "mse": (_rounding, _divisor),
    "gradients": (_rounding, _divisor),
    "train": (_rounding, _start),
    "train_momentum": (_rounding, _start),
}
