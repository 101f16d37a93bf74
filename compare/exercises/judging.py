"""One exercise's answers against their truths: which outputs are wrong, on which trials, in which way.

A shape is right or wrong, and nothing is broadcast: a number is anything without axes (a float, an int, a NumPy scalar,
an array of shape `()`), so that a list or array of one number is no number; n numbers have the one axis of n.
"""

from collections.abc import Iterator, Sequence
from math import inf, isfinite
from typing import NamedTuple

from compare.exercises.comparison import Case, matches
from compare.exercises.findings import CHANGES, COUNT, NOT_FINITE, SHAPE, VALUE, ExerciseFinding, Shown
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial
from compare.exercises.truths import Expected, Truth
from compare.sandbox.calls import Value


class Miss(NamedTuple):
    """The entry of one output that is furthest outside its allowance; of losses, the first that is outside."""

    reason: str
    output: int
    entry: int | None
    got: float | None
    truth: float | None
    off: float | None
    allowance: float | None
    shape_given: tuple[int, ...]
    shape_expected: tuple[int, ...]


class Judged(NamedTuple):
    """One exercise: its cases with their truths, and the misses of each case, by output."""

    task: str
    cases: tuple[Case, ...]
    truths: tuple[Truth, ...]
    misses: tuple[tuple[Miss, ...], ...]

    @property
    def wrong(self) -> tuple[int, ...]:
        """The outputs that are wrong anywhere; all of them where a call gave none."""
        everything = range(len(TASKS[self.task].outputs))
        if any(case.given is None for case in self.cases):
            return tuple(everything)
        return tuple(i for i in everything if any(miss.output == i for found in self.misses for miss in found))


def judged(
    task: str, trials: Sequence[Trial], truths: Sequence[Truth], given: Sequence[tuple[Value, ...] | None]
) -> Judged:
    """Compare every call. `given[i]` is None where call i gave nothing."""
    cases = tuple(Case(*pair) for pair in zip(trials, given, strict=True))
    found = tuple(misses(case, truth) for case, truth in zip(cases, truths, strict=True))
    return Judged(task, cases, tuple(truths), found)


def misses(case: Case, truth: Truth) -> tuple[Miss, ...]:
    """Each output of one case that is not its truth."""
    if case.given is None:
        return ()
    runs = "epochs" in case.trial
    return tuple(
        _miss(output, value, expected, runs)
        for output, (value, expected) in enumerate(zip(case.given, truth, strict=True))
        if not matches(value, expected)
    )


def with_miss(finding: ExerciseFinding, outputs: Sequence[str], miss: Miss) -> ExerciseFinding:
    """The finding with where the answer is wrong, and by how much; `outputs` names those of the exercise."""
    return finding._replace(
        output=outputs[miss.output],
        entry=miss.entry,
        got=miss.got,
        truth=miss.truth,
        off=miss.off,
        allowance=miss.allowance,
        shape_given=miss.shape_given,
        shape_expected=miss.shape_expected,
    )


def reason(exercise: Judged) -> str:
    """Why the exercise is wrong: the commonest cause, a wrong form before wrong numbers."""
    found = [miss.reason for of_case in exercise.misses for miss in of_case]
    if VALUE in found and changing(exercise.cases):
        return CHANGES
    return max((SHAPE, COUNT, VALUE, NOT_FINITE), key=found.count)


def changing(cases: Sequence[Case]) -> bool:
    """Did one input give two different answers?"""
    first: dict[tuple[object, ...], tuple[Value, ...]] = {}
    given = ((tuple(case.trial.values()), case.given) for case in cases if case.given is not None)
    return not all(_alike(first.setdefault(inputs, answer), answer) for inputs, answer in given)


def _alike(one: tuple[Value, ...], other: tuple[Value, ...]) -> bool:
    return one is other or repr(one) == repr(other)


def _miss(output: int, value: Value, truth: Expected, runs: bool) -> Miss:
    shapes = value.shape, truth.shape
    if value.shape != truth.shape:
        counted = runs and len(value.shape) == 1
        return Miss(COUNT if counted else SHAPE, output, None, None, None, None, None, *shapes)
    outside = [i for i, entry in enumerate(value.values) if not _within(entry, truth, i)]
    index = outside[0] if runs else max(outside, key=lambda i: _excess(value.values[i], truth, i))
    got, at = value.values[index], (index if truth.shape else None)
    if not isfinite(got):
        return Miss(NOT_FINITE, output, at, None, truth.values[index], None, truth.allowed[index], *shapes)
    off = abs(got - truth.values[index])
    return Miss(VALUE, output, at, got, truth.values[index], off, truth.allowed[index], *shapes)


def _within(entry: float, truth: Expected, i: int) -> bool:
    return abs(entry - truth.values[i]) <= truth.allowed[i]


def _excess(entry: float, truth: Expected, i: int) -> float:
    return abs(entry - truth.values[i]) if isfinite(entry) else inf


def shown(value: Value) -> Shown:
    """One output as JSON's own numbers and lists."""
    return _nested(iter(value.values), value.shape)


def _nested(values: Iterator[float], shape: tuple[int, ...]) -> Shown:
    if shape:
        return [_nested(values, shape[1:]) for _ in range(shape[0])]
    entry = next(values)
    return entry if isfinite(entry) else None
