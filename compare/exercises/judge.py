"""The judge: an answer's functions on generated inputs, against the truth.

A first run tries every exercise. Where some are wrong, `second_run.py` looks for the smallest counterexamples, and what
is right given the student's own earlier steps is found by `inheritance.py` and `mending.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from compare.exercises import draws, in_place, inheritance
from compare.exercises.comparison import explains
from compare.exercises.equality import BEYOND_ROUNDING, beyond_rounding, equal, without_room
from compare.exercises.explanations import explain
from compare.exercises.findings import EVERY_TRIAL, POLYNOMIAL, Failure, Finding
from compare.exercises.hypotheses import Hypothesis
from compare.exercises.judging import Judged, judged
from compare.exercises.mending import Mended
from compare.exercises.questions import all_trials, reached
from compare.exercises.second_run import Reruns, Run, Second, mends, second_run
from compare.exercises.tasks import TASKS
from compare.exercises.trials import trials
from compare.exercises.truths import bounds, equal_bounds, is_right, truths
from compare.exercises.verdicts import Evidence, verdict
from compare.sandbox.calls import MISSING, STALLED, TIMED_OUT, UNSET, Answer, Exercise, Limits, Runner, SourceFailure

if TYPE_CHECKING:
    from compare.exercises.course import Course

_Answered = TypeVar("_Answered", Answer, SourceFailure)

LEFT_OUT = "left-out:"


class Known(NamedTuple):
    """All that was found out, each by exercise."""

    wrong: Mapping[str, Judged]
    explained: Mapping[str, Hypothesis | None]
    second: Second
    steps: Mapping[str, tuple[str, ...]]
    mended: Mapping[str, Mended]


def examine(source: bytes, course: Course, sandbox: Runner) -> Finding:
    """Judge every exercise of `course` in `source`, run in `sandbox`; the same answer always gives the same finding."""
    limits = Limits(seconds=course.seconds, memory=course.memory)
    of = float(sum(course.points.values()))

    answers = sandbox.run(source, _questions(course), limits)
    if isinstance(answers, SourceFailure):
        return Finding(0.0, of, (), Failure(*_within(answers, limits)[:3]))
    answers, notes = _parted([_within(answer, limits) for answer in answers])
    again = Reruns(sandbox.run, limits)
    if course.formulas:
        from compare.exercises.reference import judge as by_reference

        exercises = by_reference.found(course, answers, lambda asked: again(source, asked))
        return Finding(sum(one.points for one in exercises), of, exercises, None, notes)
    source, answers, changed = _on_copies(source, answers, course, again)
    known = _known(source, answers, course, changed, again)
    evidence = [_evidence(answer, course, known) for answer in answers]
    found = {one.answer.name: verdict(one, course.follow_through) for one in evidence}
    points = sum(one.points for one in found.values())
    return Finding(points, of, tuple(found[task] for task in course.points), None, notes)


def _on_copies(
    source: bytes, answers: Sequence[Answer], course: Course, again: Run
) -> tuple[bytes, tuple[Answer, ...], set[str]]:
    """The answer with its functions working on copies where one changes its arrays; those that are wrong by that."""
    changing = in_place.changing(answers)
    wrong = _wrong(answers, course) if changing else {}
    if not wrong:
        return source, tuple(answers), set()
    by_that = in_place.because_of_it(source, {task: wrong[task] for task in changing if task in wrong}, again)
    source = in_place.on_copies(source, changing)
    return source, tuple(in_place.again(source, answers, wrong, course.seed, again)), by_that


def _known(source: bytes, answers: Sequence[Answer], course: Course, changed: set[str], again: Run) -> Known:
    """What is found out of the first run's answers, and by asking once more."""
    seed, wrong = course.seed, _wrong(answers, course)
    near = changed.union(answer.name for answer in answers if _nearly_right(answer, course))
    explained = {task: None if task in near else explain(task, one.cases, one.wrong) for task, one in wrong.items()}
    wholly = _wholly(wrong, explained)
    second = second_run(source, wrong, wholly, inheritance.may_need(wrong, seed), answers, seed, again)
    steps = inheritance.inherited(wrong, wholly, second.probed, seed)
    failed = {answer.name: answer for answer in answers if answer.reason is not None or answer.name in wrong}
    left = [task for task in failed if task not in steps]
    mended = mends(source, failed, left, seed, again, lambda answer: _is_right(answer, course))
    return Known(wrong, explained, second, steps, mended)


def _questions(course: Course) -> tuple[Exercise, ...]:
    """Every exercise on all of its trials; what is right on them is found while the sandbox's interpreter starts."""
    if course.formulas:
        from compare.exercises.reference import judge as by_reference

        return by_reference.questions(course)
    for task in course.points:
        if course.decimals is None:
            equal_bounds(task, course.seed)
        else:
            bounds(task, course.seed, course.decimals)
    return all_trials(tuple(course.points), course.seed)


def _within(answer: _Answered, limits: Limits) -> _Answered:
    """With the seconds that it had, where it took longer."""
    return answer._replace(detail=f"{limits.seconds:g}") if answer.reason in (TIMED_OUT, STALLED) else answer


def _parted(answers: Sequence[Answer]) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """The answers without what is noted of the top level, and that, once."""
    of_all = dict.fromkeys(note for answer in answers for note in answer.notes if note.startswith(LEFT_OUT))
    own = (tuple(note for note in answer.notes if note not in of_all) for answer in answers)
    return tuple(answer._replace(notes=notes) for answer, notes in zip(answers, own, strict=True)), tuple(of_all)


def _wrong(answers: Sequence[Answer], course: Course) -> dict[str, Judged]:
    """The exercises that are there and not right; most of those that are right are quickly seen to be."""
    found: dict[str, Judged] = {}
    for answer in answers:
        task, seed = answer.name, course.seed
        if answer.reason in (MISSING, UNSET):
            continue
        if not _nearly_right(answer, course):
            found[task] = _judged(answer, course)
        elif course.decimals is None and beyond_rounding(answer.results, task, seed):
            found[task] = judged(task, trials(task, seed), without_room(task, seed), answer.results)
    return {task: one for task, one in found.items() if one.wrong}


def _is_right(answer: Answer, course: Course) -> bool:
    """Does it come out at all, and is nothing wrong with it?"""
    return answer.reason is None and not _wrong((answer,), course)


def _nearly_right(answer: Answer, course: Course) -> bool:
    """Is nothing but its error beyond all rounding wrong with it? That is no mistake of the table."""
    return answer.reason != MISSING and is_right(answer.results, answer.name, course.seed, course.decimals)


def _wholly(wrong: Mapping[str, Judged], explained: Mapping[str, Hypothesis | None]) -> dict[str, Hypothesis]:
    """What the wrong exercises compute, where one program gives every output, those that are right as well."""
    return {
        task: one
        for task, one in explained.items()
        if one and explains(task, one.program, wrong[task].cases, range(len(TASKS[task].outputs)))
    }


def _judged(answer: Answer, course: Course) -> Judged:
    task, calls = answer.name, reached(answer)
    known = trials(task, course.seed)[:calls], truths(task, course.seed, course.decimals)[:calls]
    return judged(task, *known, answer.results[:calls])


def _evidence(answer: Answer, course: Course, known: Known) -> Evidence:
    task = answer.name
    if task in known.wrong and _nearly_right(answer, course):
        answer = answer._replace(notes=(*answer.notes, BEYOND_ROUNDING))
    small, steps = known.second.small.get(task, ()), known.steps.get(task)
    points, why = float(course.points[task]), known.explained.get(task)
    shown = None
    if task not in known.wrong and answer.reason is None and equal(answer.results, task, course.seed):
        shown = POLYNOMIAL if draws.parted(course.seed) else EVERY_TRIAL
    return Evidence(answer, points, known.wrong.get(task), why, small, steps, known.mended.get(task), shown)
