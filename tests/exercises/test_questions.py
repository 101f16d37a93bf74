"""What the sandbox is asked: the trials as calls, and the answers back in the order of the inputs."""

from array import array
from collections.abc import Sequence

import pytest

from compare.exercises.questions import all_trials, call, reached
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial, trials
from compare.sandbox.calls import (
    CRASHED,
    ERROR,
    WRONG_FORM,
    Answer,
    Exercise,
    Piece,
    Results,
    Vector,
    longest_axis,
)

SEED = 7


def _answer(task: str, calls: int, reason: str | None = None, at: int | None = None) -> Answer:
    """Call number i gave the number i."""
    results = Results(tuple((Piece((), i, i + 1),) for i in range(calls)), array("d", range(calls)))
    return Answer(task, reason, "", None, at, results, ())


def _asked(task: str, inputs: Sequence[Trial]) -> Exercise:
    calls = tuple(map(call, inputs))
    return Exercise(task, TASKS[task].parameters, len(TASKS[task].outputs), calls, longest_axis(calls))


def test_a_trial_becomes_the_arguments_of_a_call() -> None:
    trial = {"x": (1.0, 2.0), "w": 3.0, "b": -0.5, "epochs": 4}
    assert call(trial) == (Vector(array("d", [1.0, 2.0])), 3.0, -0.5, 4)


def test_each_exercise_is_asked_all_of_its_trials() -> None:
    asked = all_trials(("gradients", "train"), SEED)
    assert asked == tuple(_asked(task, trials(task, SEED)) for task in ("gradients", "train"))
    assert [exercise.parameters for exercise in asked] == [("x", "y", "w", "b"), ("x", "y", "w", "b", "lr", "epochs")]


@pytest.mark.parametrize(
    ("reason", "at", "count"),
    [(None, None, 5), (WRONG_FORM, 0, 5), (WRONG_FORM, 3, 5), (ERROR, 0, 1), (ERROR, 3, 4), (CRASHED, 2, 3)],
)
def test_an_exception_ends_the_calls_and_a_wrong_form_does_not(reason: str | None, at: int | None, count: int) -> None:
    assert reached(_answer("mse", 5, reason, at)) == count
