"""What the sandbox is asked: the trials as calls, and the answers back in the order of the inputs."""

from array import array
from collections.abc import Sequence

import pytest

from compare.exercises.questions import all_trials, call, reached
from compare.exercises.second_run import in_order, one_small_input, probing, smallest_inputs
from compare.exercises.small_inputs import small_inputs
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


def test_a_step_is_asked_its_first_trial_again_and_two_further_ones_of_each_size() -> None:
    probe = probing("mse", (5, 1), SEED)
    assert [len(trial["y"]) for trial in probe.inputs[1:]] == [5, 5, 1, 1]
    assert probe.inputs[0] == trials("mse", SEED)[0]
    assert not set(map(repr, probe.inputs[1:])) & set(map(repr, trials("mse", SEED)))
    assert probe.exercise == _asked("mse", probe.inputs)
    assert probing("mse", (5, 1), SEED) is probe


def test_what_was_reached_of_further_inputs_are_its_cases() -> None:
    probe = probing("mse", (5, 1), SEED)
    assert [case.trial for case in probe.cases(_answer("mse", 5))] == list(probe.inputs)
    assert [case.given and case.given[0].values[0] for case in probe.cases(_answer("mse", 5))] == [0, 1, 2, 3, 4]
    assert [case.trial for case in probe.cases(_answer("mse", 5, ERROR, 3))] == list(probe.inputs[:4])


@pytest.mark.parametrize(
    ("reason", "at", "count"),
    [(None, None, 5), (WRONG_FORM, 0, 5), (WRONG_FORM, 3, 5), (ERROR, 0, 1), (ERROR, 3, 4), (CRASHED, 2, 3)],
)
def test_an_exception_ends_the_calls_and_a_wrong_form_does_not(reason: str | None, at: int | None, count: int) -> None:
    assert reached(_answer("mse", 5, reason, at)) == count


@pytest.mark.parametrize("count", [20, None])
def test_small_inputs_are_asked_with_single_samples_last_and_answered_in_their_own_order(count: int | None) -> None:
    small = small_inputs("mse")[:count]
    asked = [trial for trial in small if len(trial["yp"]) > 1] + [trial for trial in small if len(trial["yp"]) == 1]
    assert asked != list(small)
    assert smallest_inputs("mse", count) == _asked("mse", asked)
    cases = in_order(_answer("mse", len(asked)), count)
    assert [case.trial for case in cases] == list(small)
    places = {id(trial): place for place, trial in enumerate(asked)}
    assert [case.given and case.given[0].values[0] for case in cases] == [places[id(trial)] for trial in small]


def test_one_small_input_is_asked_by_its_place_and_is_the_same_question_each_time() -> None:
    assert one_small_input("mse", 7) == _asked("mse", [small_inputs("mse")[7]])
    assert one_small_input("mse", 7) is one_small_input("mse", 7)


def test_what_was_not_reached_is_no_case() -> None:
    everything = in_order(_answer("predict", len(small_inputs("predict"))), None)
    several = [case for case in everything if len(case.trial["x"]) > 1]
    single = [case for case in everything if len(case.trial["x"]) == 1]
    stopped = _answer("predict", len(everything), ERROR, len(several))  # at the first single sample
    assert in_order(stopped, None) == sorted([*several, single[0]], key=everything.index)


def test_inputs_without_samples_are_asked_in_their_own_order() -> None:
    assert smallest_inputs("sgd_step", 9).calls == tuple(map(call, small_inputs("sgd_step")[:9]))
