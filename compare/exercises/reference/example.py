"""The smallest input on which an answer is wrong, small enough to redo on paper.

An example shows the mistake where every wrong output is wrong in it and anything but zeros is there; a wrong shape
shows on two samples or more. Of those that do, the first is taken on which no commoner mistake gives the same: what is
said of the mistake is then said of these numbers, too. Where the mistake is known, it is foreseen which input that is;
else the smallest few are asked.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from compare.exercises.findings import CHANGES, SHAPE, Counterexample, ExerciseFinding, Shown
from compare.exercises.formulas.arrays import Array
from compare.exercises.judging import (
    Case,
    Judged,
    Trial,
    Tried,
    Truth,
    is_constant,
    misses,
    reason,
    samples,
    shown,
    with_miss,
)
from compare.exercises.reference import by_hand
from compare.exercises.reference.mistakes.computed import Results
from compare.exercises.reference.mistakes.explained import Mistaken
from compare.exercises.reference.prepared import Prepared, question, reached
from compare.exercises.trials.small import Small, small
from compare.sandbox.calls import ERROR, WRONG_FORM, Answer, Exercise, SourceFailure, Value

if TYPE_CHECKING:
    from compare.exercises.course import Course

Ask: TypeAlias = Callable[[Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]

CLOSE = 2.0**-40  # of results of small whole numbers that are to be alike
MOST = 64  # examples among which the clearest is looked for
RUNS = 2048  # of others that are made on them, which take the longest


class Example(NamedTuple):
    """A case and its truth; of one that gave nothing, the answer that tells how that run ended."""

    case: Case
    truth: Truth
    ended: Answer | None = None


class Asked(NamedTuple):
    """A wrong exercise, what gives its numbers where that is known, and the mistakes that are commoner than that."""

    judged: Judged
    known: Mistaken | None
    commoner: Sequence[Mistaken]
    data: frozenset[str]  # the parameters that are any real number, no rate or count


def examples(
    course: Course, exercises: Mapping[str, Prepared], wrong: Mapping[str, Asked], ask: Ask
) -> dict[str, Example]:
    """By exercise, the clearest small input on which it is wrong, found with one more question to all."""
    if not wrong:
        return {}
    inputs = {name: _inputs(small(course.formulas, name), one) for name, one in wrong.items()}
    asked = [
        question(exercises[name].function, len(exercises[name].outputs), [one.trial for one in _safest_first(each)])
        for name, each in inputs.items()
    ]
    given = ask(asked)
    if isinstance(given, SourceFailure):
        return {}
    shown = {name: _shown_by(wrong[name], inputs[name], answer) for name, answer in zip(wrong, given, strict=True)}
    return {name: example for name, example in shown.items() if example}


def _shown_by(asked: Asked, inputs: Sequence[Tried], answer: Answer) -> Example | None:
    """The example that the answer to the small inputs gives. What ended without numbers is shown where that happens,
    and nowhere else."""
    order = _safest_first(inputs)
    if any(case.given is None for case in asked.judged.cases):
        at = answer.at if answer.reason in (ERROR, WRONG_FORM) else None
        return None if at is None else Example(Case(order[at].trial, answer.results[at]), order[at].truth, answer)
    pairs = zip(order[: reached(answer)], answer.results, strict=False)
    given = {id(one): Case(one.trial, got) for one, got in pairs}
    tried = [Example(given[id(one)], one.truth) for one in inputs if id(one) in given]
    return _clearest(asked, tried) or _wrong_at_all(asked.judged, tried)


def _inputs(inputs: Small, asked: Asked) -> Sequence[Tried]:
    """The small inputs to ask: the one that a known mistake is foreseen to show on best, or the smallest few."""
    if asked.known:
        foreseen = _clearest(asked, _foreseen(inputs, asked.known))
        if foreseen:
            return [one for one in inputs.known if one.trial is foreseen.case.trial]
    return inputs.few()


def _safest_first(inputs: Iterable[Tried]) -> list[Tried]:
    """With single samples last: an exercise stops at its first exception, and a division by n - 1 raises there."""
    return sorted(inputs, key=lambda one: samples(one.trial) == 1)


def _foreseen(inputs: Iterable[Tried], known: Mistaken) -> Iterator[Example]:
    for one in inputs:
        if (found := known.on(one.trial)) is not None:
            given = tuple(Value(shape, array("d", entries)) for shape, entries in found)
            yield Example(Case(one.trial, given), one.truth)


def _clearest(asked: Asked, tried: Iterable[Example]) -> Example | None:
    """The first example that shows the mistake whole and fits the fewest others, of so many that show it.

    Of several mistakes at once, none may give the numbers alone: more are looked at while there is none of which this
    is so. What never varies is as clear in one example as in any other.
    """
    whole = (each for each in tried if _shows_all(asked, each.case, each.truth))
    if is_constant(asked.judged.cases, asked.judged.wrong):
        return next(whole, None)
    best, fewest, wrong = None, (inf, inf), asked.judged.wrong
    for count, example in enumerate(whole, 1):
        fitting = [one for one in asked.commoner if _gives(one.on(example.case.trial), example.case, wrong)]
        parts = sum(one.is_part_of(asked.known) for one in fitting)
        if (parts, len(fitting) - parts) < fewest:
            best, fewest = example, (parts, len(fitting) - parts)
        runs = count * len(asked.commoner) if example.truth[0].is_list else 0
        if fewest == (0, 0) or (count >= MOST and not fewest[0]) or runs >= RUNS:
            break
    return best


def _gives(found: Results | None, case: Case, outputs: Sequence[int]) -> bool:
    if found is None or case.given is None or len(found) != len(case.given):
        return False
    return all(
        found[i][0] == case.given[i].shape
        and all(abs(a - b) <= CLOSE * max(1.0, abs(a)) for a, b in zip(found[i][1], case.given[i].values, strict=True))
        for i in outputs
    )


def _shows_all(asked: Asked, case: Case, truth: Truth) -> bool:
    """Is it wrong in every output that is wrong anywhere, in the same way, in numbers that are not all 0?"""
    if case.given is None or len(case.given) != len(truth) or _is_of_zeros(case.trial, asked.data):
        return False
    found, why = misses(case, truth), reason(asked.judged)
    if not any(any(one.values) for one in case.given) and not any(any(one.values) for one in truth):
        return False
    if why != CHANGES and any(miss.reason != why for miss in found):
        return False
    several = samples(case.trial) > 1 or not any(isinstance(value, Array) for value in case.trial.values())
    return {miss.output for miss in found} == set(asked.judged.wrong) and (several or why != SHAPE)


def _is_of_zeros(trial: Trial, data: frozenset[str]) -> bool:
    """Are all of its data 0, where it has any?"""
    values = [value for name, value in trial.items() if name in data]
    entries = [entry for value in values for entry in (value.entries if isinstance(value, Array) else [value])]
    return bool(entries) and not any(entries)


def _wrong_at_all(judged: Judged, tried: Sequence[Example]) -> Example | None:
    """The first that is wrong in any output in the way that the exercise is."""
    why = reason(judged)
    return next((each for each in tried if any(miss.reason == why for miss in misses(each.case, each.truth))), None)


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
    finding = with_miss(finding, exercise.outputs, found[0])._replace(first_wrong_epoch=_epoch(case, truth))
    name = exercise.outputs[found[0].output]
    return by_hand.redone(finding, exercise.reference, exercise.function, name, found[0], case.trial)


def _epoch(case: Case, truth: Truth) -> int | None:
    """The first record of a list that is outside its allowance, or that one list has and the other lacks."""
    assert case.given
    for given, right in zip(case.given, truth, strict=True):
        if not right.is_list or len(given.shape) != len(right.shape):
            continue
        rows = zip(given.values, right.values, right.allowed, strict=False)
        wrong = (at for at, (got, entry, room) in enumerate(rows) if not abs(got - entry) <= room)
        ends = None if given.shape == right.shape else min(given.shape[0], right.shape[0])
        first = next(wrong, ends)
        if first is not None:
            return first
    return None


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
