"""What the sandbox is asked: an exercise's trials as calls of a function of the student's, and whatever comes up later.

A question is made once, as the sandbox knows what it has by its being the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache

from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial, distinct, trials
from compare.sandbox.calls import WRONG_FORM, Answer, Exercise, Vector, longest_axis


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
    calls = tuple(map(call, inputs))
    return Exercise(task, TASKS[task].parameters, len(TASKS[task].outputs), calls, longest_axis(calls))
