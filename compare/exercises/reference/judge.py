"""Judges an answer to a course with a reference: every exercise against the truth that follows from its formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compare.exercises.findings import RIGHT, UNCHECKED, ExerciseFinding
from compare.exercises.judging import all_within
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
    findings = {answer.name: _right(exercises[answer.name], answer, course.points[answer.name]) for answer in answers}
    left = [answer for answer in answers if not _is_plain(exercises[answer.name], answer)]
    if left:
        from compare.exercises.reference.wrong import judged

        findings |= judged(course, exercises, left, findings, lambda asked: again(source, asked))
    return tuple(findings.values())


def _is_plain(exercise: Prepared, answer: Answer) -> bool:
    """Is nothing more to be found out: is there no answer, or is it right?"""
    if answer.reason in (MISSING, UNSET):
        return True
    return answer.reason is None and all_within(answer.results, exercise.bounds)


def _right(exercise: Prepared, answer: Answer, of: float) -> ExerciseFinding:
    """The finding if it is right; or that it could not be checked."""
    tries = len(answer.results) - answer.results.layout.count(None)
    finding = ExerciseFinding(
        exercise.name, RIGHT, float(of), float(of), tries=tries, notes=answer.notes, names=exercise.outputs
    )
    if answer.reason in (MISSING, UNSET):
        finding = finding._replace(verdict=UNCHECKED, points=0.0, reason=answer.reason)
        return finding._replace(line=answer.line, detail=answer.detail)
    return finding
