"""Judges an answer to a course with a reference: every exercise against the truth that follows from its formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compare.exercises.draws import parted
from compare.exercises.equality import is_equal
from compare.exercises.findings import EVERY_TRIAL, RIGHT, UNCHECKED, ExerciseFinding
from compare.exercises.reference.prepared import Prepared, of_course
from compare.sandbox.calls import MISSING, UNSET, Answer, Exercise

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.judge import Run


def questions(course: Course) -> tuple[Exercise, ...]:
    """What is asked first: every exercise on all of its trials."""
    return tuple(each.question for each in of_course(course).values())


def found(source: bytes, course: Course, answers: Sequence[Answer], again: Run) -> tuple[ExerciseFinding, ...]:
    """The finding of every exercise, in the course's order; `again` runs a source on further questions."""
    exercises = of_course(course)

    def right(answer: Answer) -> ExerciseFinding:
        return _right(exercises[answer.name], answer, course)

    if all(exercises[answer.name].is_right(answer) for answer in answers):
        return tuple(map(right, answers))
    from compare.exercises.reference.wrong import judged

    return tuple(judged(source, course, exercises, right, answers, again).values())


def _right(exercise: Prepared, answer: Answer, course: Course) -> ExerciseFinding:
    """The finding if it is right; or that it could not be checked."""
    tries, of = len(answer.results) - answer.results.layout.count(None), float(course.points[answer.name])
    finding = ExerciseFinding(answer.name, RIGHT, of, of, tries=tries, notes=answer.notes, names=exercise.outputs)
    if answer.reason in (MISSING, UNSET):
        finding = finding._replace(verdict=UNCHECKED, points=0.0, reason=answer.reason)
        return finding._replace(line=answer.line, detail=answer.detail)
    if answer.results.layout != exercise.bounds.layout or not is_equal(answer.results, exercise.places):
        return finding
    return finding._replace(equal=exercise.shows if exercise.shows and parted(course.seed) else EVERY_TRIAL)
