"""What is wrong with an exercise, as a reference tells: in which outputs, by which mistake, on which smallest input.

What is right given the student's own earlier steps is not wrong. All of it is found at once, as exercises follow from
each other and further questions cost time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises.course import ANY, NONE
from compare.exercises.equality import BEYOND_ROUNDING, without_room
from compare.exercises.findings import WRONG, Counterexample, ExerciseFinding, Shown
from compare.exercises.judging import (
    Case,
    Expected,
    Judged,
    Miss,
    Trial,
    Tried,
    Truth,
    all_within,
    misses,
    reason,
    shown,
    with_miss,
)
from compare.exercises.reference import followed
from compare.exercises.reference.arrays import Array
from compare.exercises.reference.inputs import numbers
from compare.exercises.reference.mistakes.edits import Edit
from compare.exercises.reference.mistakes.explained import Explained, explain, gives
from compare.exercises.reference.numbers import Undefined, number
from compare.exercises.reference.prepared import FEW, Prepared, question, small
from compare.exercises.reference.run import NUMBERS, Run, RunError
from compare.sandbox.calls import ERROR, WRONG_FORM, Answer, Exercise, SourceFailure

if TYPE_CHECKING:
    from compare.exercises.course import Course

Ask = Callable[[Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]
STEP = 0.001  # of a central difference where the loss is no parabola


class Wrong(NamedTuple):
    """All that is known of an exercise that is not right."""

    answer: Answer
    judged: Judged
    outputs: tuple[int, ...]
    explained: Explained | None
    near: bool  # as near as rounding in float32 would bring it, which nothing here did


def judged(
    course: Course,
    exercises: Mapping[str, Prepared],
    answers: Sequence[Answer],
    right: Mapping[str, ExerciseFinding],
    ask: Ask,
) -> dict[str, ExerciseFinding]:
    """The findings of `answers` that may be wrong, beside what they are if `right`; `ask` puts further questions."""
    wrong: dict[str, Wrong] = {}
    for answer in answers:
        exercise = exercises[answer.name]
        near = answer.reason is None and all_within(answer.results, exercise.bounds)
        truths = without_room(exercise.trials) if near else [one.truth for one in exercise.trials]
        if seen := _judged(exercise, answer, truths):
            outputs = _outputs(seen, len(exercise.outputs))
            explained = None if near else explain(exercise, seen.cases, outputs)  # an ε is no slip of the pen
            wrong[answer.name] = Wrong(answer, seen, outputs, explained, near)
    passing = _passing(course, exercises, wrong)
    given = {name: _steps(exercises[name], one, passing, ask, exercises) for name, one in wrong.items()}
    left = {name: one for name, one in wrong.items() if not given[name]}
    examples = _examples(course, exercises, left, ask)
    found = {name: right[name]._replace(inherited=steps, equal=None) for name, steps in given.items() if steps}
    for name, one in left.items():
        found[name] = _finding(course, exercises[name], one, right[name], examples.get(name))
    return found


def _reached(answer: Answer) -> int:
    if answer.at is None or answer.reason in (None, WRONG_FORM):
        return len(answer.results)
    return answer.at + 1


def _judged(exercise: Prepared, answer: Answer, truths: Sequence[Truth]) -> Judged | None:
    """The comparison of all calls that were made; None where all of them are right."""
    calls = _reached(answer)
    cases = tuple(Case(one.trial, given) for one, given in zip(exercise.trials[:calls], answer.results, strict=False))
    truths = tuple(truths[: len(cases)])
    found = tuple(misses(case, truth) for case, truth in zip(cases, truths, strict=True))
    if not any(found) and not any(case.given is None for case in cases):
        return None
    return Judged(exercise.name, cases, truths, found)


def _outputs(judged: Judged, count: int) -> tuple[int, ...]:
    if any(case.given is None for case in judged.cases):
        return tuple(range(count))
    return tuple(at for at in range(count) if any(miss.output == at for found in judged.misses for miss in found))


def _passing(course: Course, exercises: Mapping[str, Prepared], wrong: Mapping[str, Wrong]) -> dict[str, Wrong]:
    """The wrong functions that the course lets pass on what they are."""
    if course.follow_through == NONE:
        return {}
    return {name: one for name, one in wrong.items() if course.follow_through == ANY or _passes(exercises[name], one)}


def _passes(exercise: Prepared, wrong: Wrong) -> bool:
    """Is it the right one times a constant; or, where nothing is differentiated, a mistake that is known?"""
    if followed.is_constant_times(exercise, wrong.judged.cases):
        return True
    others = exercise.reference.own.values()
    differentiated = exercise.function.loss or any(each.loss == exercise.name for each in others)
    return not differentiated and wrong.explained is not None and not wrong.explained.apart


def _steps(
    exercise: Prepared, wrong: Wrong, passing: Mapping[str, Wrong], ask: Ask, exercises: Mapping[str, Prepared]
) -> tuple[str, ...]:
    """The student's own steps given which this exercise is right."""
    own = followed.steps(exercise, passing)
    if not own or any(case.given is None for case in wrong.judged.cases):
        return ()
    for names in dict.fromkeys([*((name,) for name in own), own]):
        if followed.follows(exercise, wrong.judged.cases, names, ask, exercises):
            return names
    return ()


def _examples(
    course: Course,
    exercises: Mapping[str, Prepared],
    wrong: Mapping[str, Wrong],
    ask: Ask,
) -> dict[str, tuple[Case, Truth]]:
    """By exercise, the smallest input on which every wrong output is wrong, found with one more question to all."""
    asking = [name for name, one in wrong.items() if one.answer.reason in (None, ERROR, WRONG_FORM) and not one.near]
    if not asking:
        return {}
    inputs = {name: _asked(course, exercises[name], wrong[name]) for name in asking}
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
        if example := _smallest(wrong[name], cases, inputs[name]):
            found[name] = example
    return found


def _asked(course: Course, exercise: Prepared, wrong: Wrong) -> Sequence[Tried]:
    """The small inputs to ask: the one that a known mistake is foreseen to show on, or the smallest few."""
    assert course.formulas
    inputs = small(course.formulas, exercise.name)
    explained = wrong.explained
    if explained and not explained.apart:
        for one in islice(inputs, 4 * FEW):
            other = gives(exercise, explained.edits[0], one.trial)
            if other is not None and _all_off(one.truth, other, wrong.outputs):
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


def _smallest(wrong: Wrong, cases: Sequence[Case], inputs: Sequence[Tried]) -> tuple[Case, Truth] | None:
    first, why = None, reason(wrong.judged)
    for case, one in zip(cases, inputs, strict=False):
        found = misses(case, one.truth)
        if not found or any(miss.reason != why for miss in found):
            continue
        first = first or (case, one.truth)
        if {miss.output for miss in found} == set(wrong.outputs):
            return case, one.truth
    return first


def _finding(
    course: Course, exercise: Prepared, wrong: Wrong, right: ExerciseFinding, example: tuple[Case, Truth] | None
) -> ExerciseFinding:
    finding = right._replace(
        verdict=WRONG,
        equal=None,
        notes=(*right.notes, BEYOND_ROUNDING) if wrong.near else right.notes,
        points=_points(course, exercise, wrong, right.of),
        reason=wrong.answer.reason or reason(wrong.judged),
        outputs=tuple(exercise.outputs[at] for at in wrong.outputs),
        line=wrong.answer.line,
        detail=wrong.answer.detail,
    )
    return _with_example(_with_mistakes(finding, course, exercise, wrong), exercise, wrong, example)


def _points(course: Course, exercise: Prepared, wrong: Wrong, of: float) -> float:
    """The share of the outputs that are right, of a gradient or where the course weighs them; a mistake's credit."""
    weights = course.weights.get(exercise.name) or (
        dict.fromkeys(exercise.outputs, 1.0) if exercise.function.loss else {}
    )
    total = sum(weights.values())
    right = sum(weights.get(name, 0.0) for at, name in enumerate(exercise.outputs) if at not in wrong.outputs)
    share = right / total if total else 0.0
    if wrong.explained and len(wrong.explained.edits) == 1 and not wrong.explained.apart:
        share = max(share, course.credit.get(wrong.explained.edits[0].name, 0.0))
    return of * share


def _with_mistakes(finding: ExerciseFinding, course: Course, exercise: Prepared, wrong: Wrong) -> ExerciseFinding:
    explained = wrong.explained
    if explained is None:
        return finding
    names = tuple(dict.fromkeys(edit.name for edit in explained.edits))
    apart = tuple(exercise.outputs[at] for at in explained.apart) if len(names) == len(explained.apart) else ()
    words = {edit.name: _words(course, exercise, edit) for edit in (*explained.edits, *explained.also)}
    return finding._replace(mistakes=names, also=tuple(edit.name for edit in explained.also), apart=apart, words=words)


def _words(course: Course, exercise: Prepared, edit: Edit) -> dict[str, Any]:
    """What a renderer needs to tell a mistake: an edit's kind and piece, or the author's words by language."""
    if edit.runs == exercise.name:
        return {"kind": edit.kind, "piece": edit.piece}
    author = exercise.reference.functions[edit.runs].mistake
    assert author
    texts = {language: dict(of.get(edit.runs, {})) for language, of in course.texts.items()}
    own = {"see": author.see, "attempt": author.attempt}
    return {"texts": {**texts, course.language: own | texts.get(course.language, {})}, "own": course.language}


def _with_example(
    finding: ExerciseFinding, exercise: Prepared, wrong: Wrong, example: tuple[Case, Truth] | None
) -> ExerciseFinding:
    example = example or _first_wrong(wrong.judged)
    if example is None:
        return finding
    case, truth = example
    finding = finding._replace(counterexample=_counterexample(case, truth))
    found = misses(case, truth)
    if not found:
        return finding
    return with_miss(finding, exercise.outputs, found[0])._replace(moved=_moved(exercise, found[0], case.trial))


def _first_wrong(judged: Judged) -> tuple[Case, Truth] | None:
    """The smallest of the trials on which it is wrong, or on which it gave nothing."""
    every = list(zip(judged.cases, judged.truths, judged.misses, strict=True))
    seen = [each for each in every if each[2]] or [each for each in every if each[0].given is None]
    return min(seen, key=lambda each: sum(len(out.values) for out in each[1]))[:2] if seen else None


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
