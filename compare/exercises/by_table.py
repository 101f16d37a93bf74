"""Judges an answer to the bundled exercises, whose known mistakes stand in a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compare.exercises.equality import is_right, shown
from compare.exercises.findings import RIGHT, ExerciseFinding
from compare.exercises.questions import all_trials
from compare.exercises.truths import bounds, equal_bounds
from compare.sandbox.calls import Answer, Exercise

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.judge import Run


def questions(course: Course) -> tuple[Exercise, ...]:
    """Every exercise on all of its trials; what is right on them is found while the sandbox's interpreter starts."""
    for task in course.points:
        if course.decimals is None:
            equal_bounds(task, course.seed)
        else:
            bounds(task, course.seed, course.decimals)
    return all_trials(tuple(course.points), course.seed)


def found(source: bytes, course: Course, answers: Sequence[Answer], again: Run) -> tuple[ExerciseFinding, ...]:
    """One finding an exercise, in the course's order; `again` runs a source on further questions."""
    found = {answer.name: _right(answer, course) for answer in answers if _is_right(answer, course)}
    if left := [answer for answer in answers if answer.name not in found]:
        from compare.exercises.diagnosis import diagnosed

        found |= diagnosed(source, answers, left, course, again)
    return tuple(found[task] for task in course.points)


def _is_right(answer: Answer, course: Course) -> bool:
    """Does it come out at all, and is nothing wrong with it?"""
    return answer.reason is None and is_right(answer.results, answer.name, course.seed, course.decimals)


def _right(answer: Answer, course: Course) -> ExerciseFinding:
    """The finding of a right answer."""
    of, equal = float(course.points[answer.name]), shown(answer.results, answer.name, course.seed)
    return ExerciseFinding(answer.name, RIGHT, of, of, tries=len(answer.results), equal=equal, notes=answer.notes)
