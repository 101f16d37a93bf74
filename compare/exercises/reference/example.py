"""The smallest input on which an answer is wrong, small enough to redo on paper.

Where the mistake is known, it is foreseen on which small input it shows; else the smallest few are asked. An example
shows every wrong output; a gradient comes with its loss to both sides of the parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises.findings import Counterexample, ExerciseFinding, Shown
from compare.exercises.judging import (
    Case,
    Expected,
    Judged,
    Miss,
    Trial,
    Tried,
    Truth,
    misses,
    reason,
    shown,
    with_miss,
)
from compare.exercises.reference.arrays import Array
from compare.exercises.reference.followed import Ask
from compare.exercises.reference.inputs import numbers
from compare.exercises.reference.mistakes.explained import Explained
from compare.exercises.reference.numbers import Undefined, number
from compare.exercises.reference.prepared import Prepared, question
from compare.exercises.reference.run import NUMBERS, Run, RunError
from compare.exercises.reference.small import FEW, small
from compare.sandbox.calls import ERROR, WRONG_FORM, Answer, SourceFailure

if TYPE_CHECKING:
    from compare.exercises.course import Course


class Example(NamedTuple):
    """A case and its truth; of one that gave nothing, the answer that tells how that run ended."""

    case: Case
    truth: Truth
    ended: Answer | None = None


STEP = 0.001  # of a central difference where the loss is no parabola


def examples(
    course: Course,
    exercises: Mapping[str, Prepared],
    wrong: Mapping[str, tuple[Judged, Explained | None]],
    ask: Ask,
) -> dict[str, Example]:
    """By exercise, the smallest input on which every wrong output is wrong, found with one more question to all."""
    asking = list(wrong)
    if not asking:
        return {}
    inputs = {name: _asked(course, exercises[name], *wrong[name]) for name in asking}
    asked = [
        question(exercises[name].function, len(exercises[name].outputs), [one.trial for one in inputs[name]])
        for name in asking
    ]
    given = ask(asked)
    if isinstance(given, SourceFailure):
        return {}
    found = {}
    for name, answer in zip(asking, given, strict=True):
        cases = [Case(one.trial, got) for one, got in zip(inputs[name], answer.results, strict=False)]
        if example := _smallest(wrong[name][0], cases, inputs[name], answer):
            found[name] = example
    return found


def _asked(course: Course, exercise: Prepared, judged: Judged, explained: Explained | None) -> Sequence[Tried]:
    """The small inputs to ask: the one that a known mistake is foreseen to show on, or the smallest few."""
    inputs = small(course.formulas, exercise.name)
    if explained and explained.is_whole:
        for one in islice(inputs, 4 * FEW):
            other = explained.gives(one.trial)
            if other is not None and _all_off(one.truth, other, judged.wrong):
                return (one,)
    return tuple(islice(inputs, FEW))


def _all_off(truth: Sequence[Expected], other: Sequence[Expected], outputs: Sequence[int]) -> bool:
    return len(truth) == len(other) and all(
        truth[at].shape != other[at].shape
        or any(
            abs(a - b) > 4 * room
            for a, b, room in zip(truth[at].values, other[at].values, truth[at].allowed, strict=True)
        )
        for at in outputs
    )


def _smallest(judged: Judged, cases: Sequence[Case], inputs: Sequence[Tried], answer: Answer) -> Example | None:
    """What ended without numbers is shown where that happens, and nowhere else."""
    if any(case.given is None for case in judged.cases):
        at = answer.at if answer.reason in (ERROR, WRONG_FORM) else None
        return None if at is None else Example(cases[at], inputs[at].truth, answer)
    first, why = None, reason(judged)
    for case, one in zip(cases, inputs, strict=False):
        found = misses(case, one.truth)
        if not found or any(miss.reason != why for miss in found):
            continue
        first = first or Example(case, one.truth)
        if {miss.output for miss in found} == set(judged.wrong):
            return Example(case, one.truth)
    return first


def with_example(
    finding: ExerciseFinding, exercise: Prepared, judged: Judged, example: Example | None
) -> ExerciseFinding:
    """The finding with its example, or the smallest of the trials on which it is wrong."""
    example = example or _first_wrong(judged)
    if example is None:
        return finding
    case, truth, ended = example
    finding = finding._replace(counterexample=_counterexample(case, truth))
    if ended:
        finding = finding._replace(reason=ended.reason, detail=ended.detail, line=ended.line)
    found = misses(case, truth)
    if not found:
        return finding
    return with_miss(finding, exercise.outputs, found[0])._replace(moved=_moved(exercise, found[0], case.trial))


def _first_wrong(judged: Judged) -> Example | None:
    """The smallest of the trials on which it gave nothing, if it ever did, or on which it is wrong."""
    every = list(zip(judged.cases, judged.truths, judged.misses, strict=True))
    seen = [each for each in every if each[0].given is None] or [each for each in every if each[2]]
    found = min(seen, key=lambda each: sum(len(out.values) for out in each[1]), default=None)
    return found and Example(*found[:2])


def _counterexample(case: Case, truth: Truth) -> Counterexample:
    values = [_shown(each.shape, each.values) for each in truth]
    given = None if case.given is None else [shown(value) for value in case.given]
    inputs = {name: _input(value) for name, value in case.trial.items()}
    return Counterexample(inputs, _bare(given) if given is not None else None, _bare(values))


def _bare(values: list[Shown]) -> Shown:
    return values[0] if len(values) == 1 else values


def _input(value: Any) -> Shown:
    return _shown(value.shape, list(value.entries)) if isinstance(value, Array) else value


def _shown(shape: tuple[int, ...], entries: Sequence[Any]) -> Shown:
    if not shape:
        return entries[0]
    size = len(entries) // (shape[0] or 1)
    parts = (entries[i * size : (i + 1) * size] for i in range(shape[0]))
    return [_shown(shape[1:], list(part)) for part in parts]


def _moved(exercise: Prepared, miss: Miss, trial: Trial) -> dict[str, Any] | None:
    """The loss a little to both sides of a parameter, where that shows the slope: for doing it by hand."""
    function = exercise.function
    if not function.loss or miss.truth is None or miss.output >= len(function.by):
        return None
    name = function.by[miss.output]
    for step in (1.0, STEP):
        try:
            low, middle, high, beyond = (
                _loss(exercise, _with(trial, name, miss.entry, k * step)) for k in (-1, 0, 1, 2)
            )
        except (Undefined, RunError, ArithmeticError):
            continue
        third = beyond - 3 * high + 3 * middle - low  # 0 of a parabola, which a middle slope alone does not show
        if step == 1.0 and abs(third) > 1e-9 * max(1.0, abs(low), abs(high), abs(beyond)):
            continue
        slope = (high - low) / (2 * step)
        if abs(slope - miss.truth) <= (1e-9 if step == 1.0 else 1e-5) * max(1.0, abs(miss.truth)):
            at = trial[name].entries[miss.entry] if miss.entry is not None else trial[name]
            return {"parameter": name, "entry": miss.entry, "at": at, "step": step, "low": low, "high": high}
    return None


def _with(trial: Trial, name: str, entry: int | None, by: float) -> Trial:
    value = trial[name]
    if entry is None:
        return {**trial, name: value + by}
    return {**trial, name: Array(value.shape, [each + by * (i == entry) for i, each in enumerate(value.entries)])}


def _loss(exercise: Prepared, trial: Trial) -> float:
    loss = exercise.reference.functions[exercise.function.loss]
    return float(number(Run(exercise.reference, NUMBERS).call(loss.name, numbers(loss, trial))).value)
