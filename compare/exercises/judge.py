"""The judge: an answer's functions on generated inputs, against the truth.

A first run tries every exercise; most answers are quickly seen to be right. What is wrong with the others is found by
`diagnosis.py`, which is not even imported where there is nothing to find.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from compare.exercises.equality import is_right, shown
from compare.exercises.findings import RIGHT, ExerciseFinding, Failure, Finding
from compare.exercises.questions import Reruns, all_trials
from compare.exercises.truths import bounds, equal_bounds
from compare.sandbox.calls import STALLED, TIMED_OUT, Answer, Exercise, Limits, Runner, SourceFailure

if TYPE_CHECKING:
    from compare.exercises.course import Course

_Answered = TypeVar("_Answered", Answer, SourceFailure)

LEFT_OUT = "left-out:"


def examine(source: bytes, course: Course, sandbox: Runner) -> Finding:
    """Judge every exercise of `course` in `source`, run in `sandbox`; the same answer always gives the same finding."""
    limits = Limits(seconds=course.seconds, memory=course.memory)
    of = float(sum(course.points.values()))

    answers = sandbox.run(source, _questions(course), limits)
    if isinstance(answers, SourceFailure):
        return Finding(0.0, of, (), Failure(*_within(answers, limits)[:3]))
    answers, notes = _parted([_within(answer, limits) for answer in answers])
    exercises = _found(source, answers, course, Reruns(sandbox.run, limits))
    return Finding(sum(one.points for one in exercises), of, exercises, None, notes)


def _found(source: bytes, answers: Sequence[Answer], course: Course, again: Reruns) -> tuple[ExerciseFinding, ...]:
    """One finding an exercise, in the course's order."""
    if course.formulas:
        from compare.exercises.reference import judge as by_reference

        return by_reference.found(course, answers, lambda asked: again(source, asked))
    found = {answer.name: _right(answer, course) for answer in answers if _is_right(answer, course)}
    if left := [answer for answer in answers if answer.name not in found]:
        from compare.exercises.diagnosis import diagnosed

        found |= diagnosed(source, answers, left, course, again)
    return tuple(found[task] for task in course.points)


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


def _is_right(answer: Answer, course: Course) -> bool:
    """Does it come out at all, and is nothing wrong with it?"""
    return answer.reason is None and is_right(answer.results, answer.name, course.seed, course.decimals)


def _right(answer: Answer, course: Course) -> ExerciseFinding:
    """The finding of a right answer."""
    of, equal = float(course.points[answer.name]), shown(answer.results, answer.name, course.seed)
    return ExerciseFinding(answer.name, RIGHT, of, of, tries=len(answer.results), equal=equal, notes=answer.notes)
