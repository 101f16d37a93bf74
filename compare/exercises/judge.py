"""The judge: an answer's functions on generated inputs, against the truth.

A first run tries every exercise; most answers are quickly seen to be right. What is wrong with the others is found by
`reference/wrong.py`, which is not even imported where there is nothing to find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from compare.exercises.findings import ANOTHER, Failure, Finding
from compare.exercises.reference.judge import found, questions
from compare.exercises.reference.prepared import digest
from compare.sandbox.calls import MISSING, STALLED, TIMED_OUT, Answer, Exercise, Limits, Runner, SourceFailure

if TYPE_CHECKING:
    from compare.exercises.course import Course

Run: TypeAlias = Callable[[bytes, Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]
LimitedRun: TypeAlias = Callable[[bytes, Sequence[Exercise], Limits], tuple[Answer, ...] | SourceFailure]
_Answered = TypeVar("_Answered", Answer, SourceFailure)

LEFT_OUT = "left-out:"
MOST = 10  # times the seconds of an exercise: what all that is asked once more may take


def examine(source: bytes, course: Course, sandbox: Runner) -> Finding:
    """Judge every exercise of `course` in `source`, run in `sandbox`; the same answer always gives the same finding."""
    limits = Limits(seconds=course.seconds, memory=course.memory)
    of = float(sum(course.points.values()))

    answers = sandbox.run(source, questions(course), limits)
    if isinstance(answers, SourceFailure):
        return Finding(0.0, of, (), Failure(*_within(answers, limits)[:3]))
    answers, notes = _parted([_within(answer, limits) for answer in answers])
    exercises = found(source, course, answers, Reruns(sandbox.run, limits))
    if not any(one.reason != MISSING or one.line or one.notes for one in exercises):
        notes = (*_another(source), *notes)
    return Finding(sum(one.points for one in exercises), of, exercises, None, notes, digest(course.formulas))


def _another(source: bytes) -> tuple[str, ...]:
    """A note of the first functions of an answer that has none of the course's: it may be another assignment's."""
    names = re.findall(r"(?m)^def (\w+)", source.decode("utf-8", "replace"))
    return (f"{ANOTHER}{', '.join(names[:3])}",) if names else ()


def _within(answer: _Answered, limits: Limits) -> _Answered:
    """With the seconds that it had, where it took longer."""
    return answer._replace(detail=f"{limits.seconds:g}") if answer.reason in (TIMED_OUT, STALLED) else answer


def _parted(answers: Sequence[Answer]) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """The answers without what is noted of the top level, and that, once."""
    of_all = dict.fromkeys(note for answer in answers for note in answer.notes if note.startswith(LEFT_OUT))
    own = (tuple(note for note in answer.notes if note not in of_all) for answer in answers)
    return tuple(answer._replace(notes=notes) for answer, notes in zip(answers, own, strict=True)), tuple(of_all)


class Reruns:
    """A `run` for all that an answer is asked once more, within one budget of `MOST` times its limit of seconds."""

    def __init__(self, run: LimitedRun, limits: Limits) -> None:
        self._run, self._limits, self._left = run, limits, MOST * limits.seconds

    def __call__(self, source: bytes, exercises: Sequence[Exercise]) -> tuple[Answer, ...] | SourceFailure:
        """Nothing where the budget is spent. Each exercise may need a process, whose top level has as long again."""
        share = min(self._limits.seconds, self._left / (2 * len(exercises)))
        if share <= 0:
            return SourceFailure(TIMED_OUT, "", None)
        patience = min(self._limits.patience, self._left / share)
        started = monotonic()
        try:
            return self._run(source, exercises, self._limits._replace(seconds=share, patience=patience))
        finally:
            self._left -= monotonic() - started
