"""An answer's numbers beside the truth, or beside what any other program gives: where they miss it, and in which way.

A shape is right or wrong, and nothing is broadcast: a number is anything without axes (a float, an int, a NumPy scalar,
an array of shape `()`), so that a list or array of one number is no number; n numbers have the one axis of n.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import inf, isfinite
from typing import Any, NamedTuple, TypeAlias

from compare.exercises import programs
from compare.exercises.allowance import aligned, magnitudes
from compare.exercises.findings import CHANGES, COUNT, NOT_FINITE, SHAPE, VALUE, ExerciseFinding, Shown
from compare.exercises.programs import Program, State, is_smooth
from compare.exercises.run_allowance import size_of_loss
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial
from compare.exercises.truths import Expected, Truth, exactly, expected, room
from compare.sandbox.calls import Value

DOUBLE = 2.0**-26  # of an allowance, which is for float32: what a double's own rounding, 2^-29 of it, cannot amount to
COARSE = 2.0**-10  # of the magnitudes: above the allowance of the short runs, below any mistake

Answered: TypeAlias = tuple[Trial, tuple[Value, ...]]  # a trial on which the answer gave something


class Case(NamedTuple):
    """One trial and what the answer gave on it: one value an output, or None."""

    trial: Trial
    given: tuple[Value, ...] | None


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
        _miss(output, value, right, runs)
        for output, (value, right) in enumerate(zip(case.given, truth, strict=True))
        if not matches(value, right)
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


def matches(value: Value, truth: Expected) -> bool:
    """Is every entry finite, of the right shape, and within its allowance?"""
    return value.shape == truth.shape and all(
        abs(got - entry) <= room for got, entry, room in zip(value.values, truth.values, truth.allowed, strict=True)
    )


def explains(task: str, program: Program, cases: Sequence[Case], outputs: Sequence[int]) -> bool:
    """Does the program give what the answer gave, exactly, wherever it has a value, and has it one anywhere?"""
    defined = False
    for case in cases:
        gives = _gives(task, program, case, outputs)
        if gives is False:
            return False
        defined = defined or gives is True
    return defined


def _gives(task: str, program: Program, case: Case, outputs: Sequence[int]) -> bool | None:
    """Does the program give what the answer gave on one trial? None where it has no value.

    Computed in doubles, which nearly always tells for certain, and else exactly.
    """
    inputs = tuple(case.trial.items())
    nearly = _given(task, program, inputs, exact=not is_smooth(program))
    if nearly is None:
        return None
    if case.given is None:
        return False
    found = {_surely_matches(case.given[i], nearly[i]) for i in outputs}
    if None in found and False not in found:
        exact = _given(task, program, inputs, exact=True)
        return exact is not None and all(matches(case.given[i], exact[i]) for i in outputs)
    return False not in found


def _surely_matches(value: Value, nearly: Expected) -> bool | None:
    """`matches`, where the entries are off by far less than their allowances; None where that leaves it open."""
    if matches(value, _widened(nearly, 1 - DOUBLE)):
        return True
    return None if matches(value, _widened(nearly, 1 + DOUBLE)) else False


def _widened(nearly: Expected, factor: float) -> Expected:
    return nearly._replace(allowed=[factor * room for room in nearly.allowed])


@lru_cache(maxsize=4096)  # a class makes the same few mistakes
def _given(task: str, program: Program, inputs: tuple[tuple[str, Any], ...], exact: bool) -> Truth | None:
    """What the program gives, and how far from it an answer may be; None where it has no value."""
    trial = dict(inputs)
    try:
        values = programs.results(task, program, exactly(trial) if exact else trial)
        return tuple(expected(*pair) for pair in zip(values, room(task, program, trial), strict=True))
    except ZeroDivisionError:
        return None


def could_explain(task: str, program: Program, answered: Sequence[Answered], outputs: Sequence[int]) -> bool:
    """The same in floats; of losses, up to the first that is clearly another."""
    for trial, given in answered:
        try:
            if not _roughly(task, program, trial, given, outputs):
                return False
        except ZeroDivisionError:
            continue
    return True


def _roughly(task: str, program: Program, trial: Trial, given: Sequence[Value], outputs: Sequence[int]) -> bool:
    if "epochs" in trial and program.returned is None:
        return _losses_roughly(program, trial, given[0])
    values, rooms = programs.results(task, program, trial), room(task, program, trial)
    return all(matches(given[i], expected(values[i], rooms[i])) for i in outputs)


def _losses_roughly(program: Program, trial: Trial, value: Value) -> bool:
    if value.shape != (trial["epochs"] + 1 + program.more,):
        return False
    records = programs.records(program, trial)
    return all(_near(program, trial, got, *record) for got, record in zip(value.values, records, strict=True))


def _near(program: Program, trial: Trial, got: float, state: State, loss: float) -> bool:
    """Within a coarse part of the loss, or else of the loss at the magnitudes, which is never less."""
    off = abs(got - loss)
    if off <= COARSE * abs(loss):
        return True
    return off <= COARSE * size_of_loss(aligned(program), magnitudes(trial), state)
