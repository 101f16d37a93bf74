"""What the sandbox is asked: an exercise's trials as calls of a function of the student's, and whatever comes up later.

A question is made once, as the sandbox knows what it has by its being the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import cache
from time import monotonic
from typing import TypeAlias

from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial, distinct, trials
from compare.sandbox.calls import TIMED_OUT, WRONG_FORM, Answer, Exercise, Limits, SourceFailure, Vector

Run: TypeAlias = Callable[[bytes, Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]
LimitedRun: TypeAlias = Callable[[bytes, Sequence[Exercise], Limits], tuple[Answer, ...] | SourceFailure]

MOST = 10  # times the seconds of an exercise: what all that is asked once more may take


@cache
def all_trials(tasks: tuple[str, ...], seed: int) -> tuple[Exercise, ...]:
    """Each task on all of its trials."""
    return tuple(_whole(task, distinct(task, seed)) for task in tasks)


@cache
def _whole(task: str, seed: int) -> Exercise:
    return question(task, trials(task, seed))


def reached(answer: Answer) -> int:
    """How many calls were made: an exercise stops at its first exception, but for no wrong form."""
    if answer.at is None or answer.reason in (None, WRONG_FORM):
        return len(answer.results)
    return answer.at + 1


def call(trial: Trial) -> tuple[float | int | Vector, ...]:
    """The trial as the arguments of a call."""
    return tuple(Vector(array("d", value)) if isinstance(value, tuple) else value for value in trial.values())


def question(task: str, inputs: Sequence[Trial]) -> Exercise:
    """The exercise on those inputs."""
    return Exercise(task, TASKS[task].parameters, len(TASKS[task].outputs), tuple(map(call, inputs)))


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
