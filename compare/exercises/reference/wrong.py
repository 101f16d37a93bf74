"""What is wrong with an exercise, as a reference tells: in which outputs, by which mistake, on which smallest input.

What is right given the student's own earlier steps is not wrong. All of it is found at once, as exercises follow from
each other and further questions cost time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises import in_place
from compare.exercises.course import ANY, NONE
from compare.exercises.equality import BEYOND_ROUNDING, digits, stopped, without_room
from compare.exercises.findings import RIGHT, UNCHECKED, WRONG, Counterexample, ExerciseFinding, Shown
from compare.exercises.judging import (
    ORDINARY,
    Case,
    Expected,
    Judged,
    Miss,
    Trial,
    Tried,
    Truth,
    changing,
    misses,
    reason,
    samples,
    shown,
    with_miss,
)
from compare.exercises.mending import Mended
from compare.exercises.reference import followed, tasks
from compare.exercises.reference.arrays import Array
from compare.exercises.reference.inputs import numbers, tried
from compare.exercises.reference.mistakes.edits import Edit
from compare.exercises.reference.mistakes.explained import Explained, explain, gives
from compare.exercises.reference.numbers import Undefined, number
from compare.exercises.reference.prepared import FEW, Prepared, question, small
from compare.exercises.reference.run import NUMBERS, Run, RunError
from compare.sandbox.calls import ERROR, MISSING, UNSET, WRONG_FORM, Answer, Exercise, SourceFailure

if TYPE_CHECKING:
    from compare.exercises.course import Course

Ask = Callable[[Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]
Rerun = Callable[[bytes, Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]
CHANGES, STOPS, ROUNDS = "changes-its-inputs", "stops-early", "rounds-to-digits"  # mistakes that no formula has
OTHER_LOSS = "other-loss:"  # the note that the loss which a gradient belongs to passes nothing on
STEP = 0.001  # of a central difference where the loss is no parabola


class Wrong(NamedTuple):
    """All that is known of an exercise that is not right."""

    answer: Answer
    judged: Judged
    explained: Explained | None
    near: bool  # as near as rounding in float32 would bring it, which nothing here did
    odd: tuple[str, float | None] | None  # a mistake that no formula has, and its number


def judged(
    source: bytes,
    course: Course,
    exercises: Mapping[str, Prepared],
    right: Mapping[str, ExerciseFinding],
    answers: Sequence[Answer],
    again: Rerun,
) -> dict[str, ExerciseFinding]:
    """The findings of those `answers` that are not right, beside what they are if `right`; `again` asks further."""
    source, answers, changed = _on_copies(source, exercises, answers, again)
    wrong: dict[str, Wrong] = {}
    for answer in answers:
        if one := _wrong(exercises[answer.name], answer, answer.name in changed):
            wrong[answer.name] = one
    ask = partial(again, source)
    passing, own = _passing(course, exercises, wrong), followed.Own(exercises, ask)
    given = {name: _steps(exercises[name], one, passing, own) for name, one in wrong.items()}
    failed = {answer.name: answer for answer in answers if answer.name in wrong or answer.reason is not None}
    left = [name for name in failed if not given.get(name)]
    mended = followed.mends(exercises, failed, left, partial(_rerun, source, again))
    examples = _examples(course, exercises, {name: wrong[name] for name in left if name in wrong}, ask)
    found = {name: right[name]._replace(inherited=steps, equal=None) for name, steps in given.items() if steps}
    for name in left:
        exercise, plain = exercises[name], right[name]
        if course.follow_through != NONE and exercise.function.loss in wrong.keys() - passing.keys():
            plain = plain._replace(notes=(*plain.notes, OTHER_LOSS + exercise.function.loss))
        found[name] = _verdict(course, exercise, wrong.get(name), plain, mended.get(name), examples.get(name))
    return found


def _on_copies(
    source: bytes, exercises: Mapping[str, Prepared], answers: Sequence[Answer], again: Rerun
) -> tuple[bytes, Sequence[Answer], set[str]]:
    """The answer with its functions working on copies where one changes its arrays; those that are wrong by that."""
    changing = in_place.changing(answers)
    left = [answer for answer in answers if _is_wrong(exercises[answer.name], answer)] if changing else []
    if not left:
        return source, answers, set()
    wrong = {answer.name: _compared(exercises[answer.name], answer) for answer in left}

    def right(name: str, trial: Trial) -> Truth | None:
        known = tried(exercises[name].reference, exercises[name].function, trial)
        return known and known.truth

    asked = {name: exercises[name].question for name in wrong}
    by_that = {name: one for name, one in wrong.items() if name in changing}
    found = in_place.because_of_it(source, by_that, asked, right, again)
    source = in_place.on_copies(source, changing)
    return source, in_place.again(source, answers, tuple(asked.values()), again), found


def _is_wrong(exercise: Prepared, answer: Answer) -> bool:
    return answer.reason not in (MISSING, UNSET) and not exercise.is_right(answer)


def _rerun(source: bytes, again: Rerun, steps: Sequence[str], exercise: Prepared) -> Answer | None:
    """The answer to an exercise with right steps in the places of those."""
    given = again(followed.with_right(source, exercise.reference, steps), (exercise.question,))
    return None if isinstance(given, SourceFailure) else given[0]


def _wrong(exercise: Prepared, answer: Answer, changed: bool) -> Wrong | None:
    """What is wrong with an answer that is there, if anything is; `changed` where it is right for the arrays that it
    leaves behind."""
    if not _is_wrong(exercise, answer):
        return None
    near = exercise.is_near(answer)
    odd = (CHANGES, None) if changed else _odd(exercise, answer) if near else None
    seen = _compared(exercise, answer, bool(odd))
    explained = None if near or odd else explain(exercise, _telling(exercise, seen.cases), seen.wrong)
    return Wrong(answer, seen, explained, near, odd)


def _odd(exercise: Prepared, answer: Answer) -> tuple[str, float | None] | None:
    """The name of what is wrong with an answer that is within every allowance, with the number that belongs to it."""
    if stopped(answer.results, exercise.places):
        return STOPS, None
    count = digits(answer.results, exercise.places)
    return None if count is None else (ROUNDS, float(count))


def _compared(exercise: Prepared, answer: Answer, everywhere: bool = False) -> Judged:
    """The comparison of all calls that were made; of an answer that is near everywhere, with no room for float32."""
    near, calls = exercise.is_near(answer), _reached(answer)
    truths = without_room(exercise.trials, everywhere) if near else tuple(one.truth for one in exercise.trials)
    cases = tuple(Case(one.trial, given) for one, given in zip(exercise.trials[:calls], answer.results, strict=False))
    found = tuple(misses(case, truth) for case, truth in zip(cases, truths, strict=False))
    return Judged(exercise.name, cases, truths[: len(cases)], found)


def _verdict(
    course: Course,
    exercise: Prepared,
    wrong: Wrong | None,
    right: ExerciseFinding,
    mended: Mended | None,
    example: tuple[Case, Truth] | None,
) -> ExerciseFinding:
    """The finding of an exercise that does not follow from the student's own steps, but may be right without these."""
    if mended and mended.right and course.follow_through != NONE:
        right = right._replace(inherited=mended.steps, mended=True, confirm=True, equal=None)
        if course.follow_through == ANY:
            return right._replace(verdict=RIGHT, points=right.of, reason=None)
    if mended and not (wrong and any(wrong.judged.misses)):
        right = right._replace(verdict=UNCHECKED, points=0.0, inherited=mended.steps, mended=True)
        return right._replace(reason=wrong.answer.reason if wrong else right.reason)
    return _finding(course, exercise, wrong, right, example) if wrong else right


def _reached(answer: Answer) -> int:
    if answer.at is None or answer.reason in (None, WRONG_FORM):
        return len(answer.results)
    return answer.at + 1


def _passing(course: Course, exercises: Mapping[str, Prepared], wrong: Mapping[str, Wrong]) -> dict[str, Wrong]:
    """The wrong functions that the course lets pass on what they are."""
    if course.follow_through == NONE:
        return {}
    return {name: one for name, one in wrong.items() if course.follow_through == ANY or _passes(exercises[name], one)}


def _passes(exercise: Prepared, wrong: Wrong) -> bool:
    """Is it the right one times a constant; or, where nothing is differentiated, a mistake that is known?"""
    if changing(wrong.judged.cases):
        return False
    if followed.is_constant_times(wrong.judged):
        return True
    others = exercise.reference.own.values()
    differentiated = exercise.function.loss or any(each.loss == exercise.name for each in others)
    return not differentiated and wrong.explained is not None and not wrong.explained.apart


def _steps(exercise: Prepared, wrong: Wrong, passing: Mapping[str, Wrong], own: followed.Own) -> tuple[str, ...]:
    """The fewest of the student's own steps given which this exercise is right, the first of them in the chain."""
    cases = _telling(exercise, wrong.judged.cases)
    ways = (followed.follows, followed.steps_of), (followed.follows_loss, followed.of_loss)
    for follows, steps in ways if not changing(cases) else ():
        chain = [name for name in exercise.reference.own if name in steps(exercise, passing)]
        for names in _some_of(chain):
            if follows(exercise, cases, names, own):
                return names
    return ()


def _telling(exercise: Prepared, cases: Sequence[Case]) -> list[Case]:
    """The cases without those that differ from others in nothing but their numbers: one exact one for each size is
    enough where equality is not what counts."""
    found, sizes = list[Case](), set[int]()
    for case, one in zip(cases, exercise.trials, strict=False):
        n = samples(case.trial)
        if one.kind == ORDINARY or n not in sizes:
            found.append(case)
        if one.kind != ORDINARY:
            sizes.add(n)
    return found


def _some_of(steps: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """One of them, two of them, all of them."""
    yield from combinations(steps, 1)
    yield from combinations(steps, 2)
    if len(steps) > 2:
        yield tuple(steps)


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
            if other is not None and _all_off(one.truth, other, wrong.judged.wrong):
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
        if {miss.output for miss in found} == set(wrong.judged.wrong):
            return case, one.truth
    return first


def _finding(
    course: Course, exercise: Prepared, wrong: Wrong, right: ExerciseFinding, example: tuple[Case, Truth] | None
) -> ExerciseFinding:
    finding = right._replace(
        verdict=WRONG,
        equal=None,
        notes=(*right.notes, BEYOND_ROUNDING) if wrong.near and not wrong.odd else right.notes,
        points=_points(course, exercise, wrong, right.of),
        reason=wrong.answer.reason or reason(wrong.judged),
        outputs=tuple(exercise.outputs[at] for at in wrong.judged.wrong),
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
    right = sum(weights.get(name, 0.0) for at, name in enumerate(exercise.outputs) if at not in wrong.judged.wrong)
    share = right / total if total else 0.0
    if wrong.explained and len(wrong.explained.edits) == 1 and not wrong.explained.apart:
        edit = wrong.explained.edits[0]
        share = max(share, course.credit.get(edit.name, course.credit.get(edit.kind, 0.0)))
    return of * share


def _with_mistakes(finding: ExerciseFinding, course: Course, exercise: Prepared, wrong: Wrong) -> ExerciseFinding:
    explained = wrong.explained
    if finding.confirm:  # then it has no mistake of its own
        return finding
    if wrong.odd:
        return finding._replace(mistakes=wrong.odd[:1], parameter=wrong.odd[1])
    if explained is None:
        return finding
    names = tuple(dict.fromkeys(edit.name for edit in explained.edits))
    apart = tuple(exercise.outputs[at] for at in explained.apart) if len(names) == len(explained.apart) else ()
    words = {edit.name: _words(course, exercise, edit) for edit in (*explained.edits, *explained.also)}
    return finding._replace(mistakes=names, also=tuple(edit.name for edit in explained.also), apart=apart, words=words)


def _words(course: Course, exercise: Prepared, edit: Edit) -> dict[str, Any]:
    """What a renderer needs to tell a mistake: an edit's kind and piece, or the author's words by language."""
    if edit.runs == exercise.name:
        symbols = tasks.symbols(course, exercise.reference, edit.piece)
        return {"kind": edit.kind, "piece": edit.piece, "symbols": symbols, "own": course.language}
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
