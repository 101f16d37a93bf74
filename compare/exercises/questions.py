"""What the sandbox is asked: an exercise's trials as calls of a function of the student's.

A question is made once, as the sandbox knows what it has by its being the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from compare.exercises.comparison import Case
from compare.exercises.multiples import SUPPORT
from compare.exercises.small_inputs import small_inputs
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial, distinct, further_trials, trials
from compare.sandbox.calls import WRONG_FORM, Answer, Exercise, Vector


@cache
def all_trials(tasks: tuple[str, ...], seed: int) -> tuple[Exercise, ...]:
    """Each task on all of its trials."""
    return tuple(_whole(task, distinct(task, seed)) for task in tasks)


@cache
def _whole(task: str, seed: int) -> Exercise:
    return _exercise(task, trials(task, seed))


class Probe(NamedTuple):
    """Further inputs of an exercise, and the question that they make."""

    inputs: tuple[Trial, ...]
    exercise: Exercise

    def cases(self, answer: Answer) -> list[Case]:
        """The answer to it, as far as the calls were made."""
        return list(map(Case, self.inputs[: reached(answer)], answer.results))


@lru_cache(maxsize=64)  # a class makes the same few mistakes
def probing(task: str, sizes: tuple[int, ...], seed: int) -> Probe:
    """The first trial of a step once more, and for each of those numbers of samples as many as it takes to tell c."""
    further = further_trials(task, tuple(n for n in sizes for _ in range(SUPPORT)), seed)
    inputs = (trials(task, seed)[0], *further)
    return Probe(inputs, _exercise(task, inputs))


@cache
def smallest_inputs(task: str, count: int | None) -> Exercise:
    """The task on the `count` smallest inputs, on all small ones for None."""
    return _exercise(task, _safest_first(task, count))


@lru_cache(maxsize=256)
def one_small_input(task: str, at: int) -> Exercise:
    """The task on that one of its small inputs alone."""
    return _exercise(task, small_inputs(task)[at : at + 1])


def in_order(answer: Answer, count: int | None) -> list[Case]:
    """The answer to `smallest_inputs`: the cases that were reached, the smallest first again."""
    asked = _safest_first(answer.name, count)[: reached(answer)]
    given = {id(trial): result for trial, result in zip(asked, answer.results, strict=False)}
    return [Case(trial, given[id(trial)]) for trial in small_inputs(answer.name) if id(trial) in given]


def reached(answer: Answer) -> int:
    """How many calls were made: an exercise stops at its first exception, but for no wrong form."""
    if answer.at is None or answer.reason in (None, WRONG_FORM):
        return len(answer.results)
    return answer.at + 1


def call(trial: Trial) -> tuple[float | int | Vector, ...]:
    """The trial as the arguments of a call."""
    return tuple(Vector(array("d", value)) if isinstance(value, tuple) else value for value in trial.values())


def _exercise(task: str, inputs: Sequence[Trial]) -> Exercise:
    return Exercise(task, TASKS[task].parameters, len(TASKS[task].outputs), tuple(map(call, inputs)))


@cache
def _safest_first(task: str, count: int | None) -> tuple[Trial, ...]:
    """With single samples last: an exercise stops at its first exception, and a division by n − 1 raises there."""
    return tuple(sorted(small_inputs(task)[:count], key=_single))


def _single(trial: Trial) -> bool:
    return any(isinstance(value, tuple) and len(value) == 1 for value in trial.values())
