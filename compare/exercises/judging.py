"""One exercise's answers against their truths: which outputs are wrong, on which trials, in which way.

A shape is right or wrong, and nothing is broadcast: a number is anything without axes (a float, an int, a NumPy scalar,
an array of shape `()`), so that a list or array of one number is no number; n numbers have the one axis of n.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from math import copysign, inf, isfinite, nextafter
from operator import le
from typing import Any, NamedTuple, TypeAlias

from compare.exercises.findings import CHANGES, COUNT, NOT_FINITE, SHAPE, VALUE, ExerciseFinding, Shown
from compare.sandbox.calls import Layout, Results, Value, laid_out

Trial: TypeAlias = Mapping[str, Any]  # by parameter: a number, or an array of them


ORDINARY, SHORT, EXACT, CREEPING = "ordinary", "short", "exact", "creeping"  # kinds of trials


class Expected(NamedTuple):
    """One output: its shape, its entries, and how far from each an answer may be; a list is recorded entry by entry."""

    shape: tuple[int, ...]
    values: Sequence[float]
    allowed: Sequence[float]
    is_list: bool = False


Truth: TypeAlias = tuple[Expected, ...]  # one an output


class Tried(NamedTuple):
    """A trial and what is right on it."""

    trial: Trial
    truth: Truth
    kind: str = ORDINARY


def samples(trial: Trial) -> int:
    """How many samples a trial has; 1 where it has no array."""
    return next((len(value) for value in trial.values() if hasattr(value, "__len__")), 1)


class Case(NamedTuple):
    """One trial and what the answer gave on it: one value an output, or None."""

    trial: Trial
    given: tuple[Value, ...] | None


def matches(value: Value, truth: Expected) -> bool:
    """Is every entry finite, of the right shape, and within its allowance?"""
    return value.shape == truth.shape and all(
        abs(got - entry) <= room for got, entry, room in zip(value.values, truth.values, truth.allowed, strict=True)
    )


class Bounds(NamedTuple):
    """How the numbers of a right answer are laid out, those of all calls in one row, and between which each lies."""

    layout: Layout
    lowest: "array[float]"
    highest: "array[float]"


def bounds_of(truths: Sequence[Truth]) -> Bounds:
    """The truths of all calls as bounds."""
    every = [pair for truth in truths for out in truth for pair in zip(out.values, out.allowed, strict=True)]
    ends = [array("d", (_last_within(*pair, towards) for pair in every)) for towards in (-inf, inf)]
    return Bounds(laid_out([[out.shape for out in truth] for truth in truths]), *ends)


def _last_within(value: float, allowed: float, towards: float) -> float:
    """The end of `value` ± `allowed` on that side, or the double before it where rounding put it outside."""
    end = value + copysign(allowed, towards)
    return end if abs(end - value) <= allowed else nextafter(end, value)


def all_within(results: Results, bounds: Bounds) -> bool:
    """Is every number there, in its shape, and between its bounds? The quick way to find most answers right."""
    return (
        results.layout == bounds.layout
        and all(map(le, bounds.lowest, results.values))
        and all(map(le, results.values, bounds.highest))
    )


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
        everything = range(len(self.truths[0]))
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
    return tuple(
        _miss(output, value, expected, expected.is_list or "epochs" in case.trial)
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


def is_constant(cases: Sequence[Case], outputs: Sequence[int]) -> bool:
    """Are those outputs one number whatever goes in?"""
    given = [case.given for case in cases if case.given is not None]
    return len(given) > 1 and len({number for values in given for at in outputs for number in values[at].values}) == 1


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
