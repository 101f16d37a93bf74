"""The smallest example that shows a mistake: whole numbers of hand size, the same every time."""

import pytest

from compare.exercises.findings import Counterexample, Shown
from compare.exercises.small_inputs import small_inputs
from compare.exercises.tasks import TASKS
from tests.answers import RIGHT, found
from tests.wrong_codings import CODINGS


def _example(task: str, name: str, coding: int = 0) -> Counterexample:
    example = found(task, CODINGS[task][name][coding]).counterexample
    assert example is not None
    return example


def _numbers(value: Shown) -> list[float]:
    if isinstance(value, list):
        return [number for entry in value for number in _numbers(entry)]
    return [] if value is None else [value]


def test_a_missing_factor_two_shows_on_a_single_sample() -> None:
    example = _example("gradients", "missing-factor-two")
    assert example.inputs == {"x": [1.0], "y": [0.0], "w": 1.0, "b": 0.0}
    assert (example.given, example.expected) == ([1.0, 1.0], [2.0, 2.0])


@pytest.mark.parametrize("name", ["sum-not-mean", "wrong-denominator", "product-of-means", "not-summed"])
def test_a_mistake_in_the_mean_shows_on_two_samples(name: str) -> None:
    x = _example("gradients", name).inputs["x"]
    assert isinstance(x, list)
    assert len(x) == 2


def test_a_forgotten_bias_shows_where_there_is_one() -> None:
    assert _example("gradients", "no-bias").inputs["b"] == 1.0


def test_a_stale_gradient_shows_after_two_updates() -> None:
    assert _example("train", "stale-gradient").inputs["epochs"] == 2


def test_a_missing_learning_rate_shows_where_it_is_not_one() -> None:
    assert _example("sgd_step", "missing-learning-rate").inputs["lr"] == 0.5


@pytest.mark.parametrize(("task", "name"), [(task, name) for task, names in CODINGS.items() for name in names])
def test_every_example_is_of_hand_size_and_shows_every_wrong_output(task: str, name: str) -> None:
    finding = found(task, CODINGS[task][name][0])
    example = finding.counterexample
    assert example is not None
    data = [v for key, value in example.inputs.items() if key not in ("lr", "momentum") for v in _numbers(value)]
    assert len(data) <= 8
    assert all(number == round(number) and abs(number) <= 4 for number in data)
    assert example.given != example.expected


@pytest.mark.parametrize("name", CODINGS["gradients"])
def test_every_coding_of_a_mistake_has_the_same_example_input(name: str) -> None:
    first, *others = (_example("gradients", name, coding).inputs for coding in range(3))
    assert all(set(other) == set(first) for other in others)
    assert first == _example("gradients", name).inputs


def test_the_miss_is_described_where_it_is_largest() -> None:
    finding = found("predict", "def predict(x, w, b): yp = w * x + b; yp[-1:] += len(x) > 1; return yp")
    assert (finding.output, finding.entry, finding.off) == ("yp", 1, 1.0)
    assert finding.allowance is not None
    assert finding.allowance < 1e-4


def test_an_error_too_large_for_small_numbers_is_shown_on_the_smallest_trial_that_is_wrong() -> None:
    finding = found("mse", "def mse(yp, y): return ((yp - y) ** 2).mean() + (len(y) > 9)")
    assert finding.counterexample is not None
    yp = finding.counterexample.inputs["yp"]
    assert isinstance(yp, list)
    assert len(yp) == 16


def test_an_exception_is_shown_on_the_smallest_input_that_raises_it() -> None:
    finding = found("mse", "def mse(yp, y): return ((yp - y) ** 2).mean() if yp.any() else 1 / 0")
    assert (finding.reason, finding.detail) == ("error", "ZeroDivisionError: division by zero")
    assert finding.counterexample == Counterexample({"yp": [0.0, 0.0], "y": [0.0, 0.0]}, None, 0.0)


@pytest.mark.parametrize("task", TASKS)
def test_small_inputs_are_all_different_and_in_the_order_of_the_signature(task: str) -> None:
    inputs = small_inputs(task)
    assert len({str(trial) for trial in inputs}) >= 0.9 * len(inputs)
    assert all(tuple(trial) == TASKS[task].parameters for trial in inputs)


def test_a_trajectory_says_where_it_goes_wrong_first_and_which_part_is_at_fault() -> None:
    faults = {name: found("train", CODINGS["train"][name][0]) for name in ("uphill", "no-bias", "loss-after-update")}
    assert {name: finding.fault for name, finding in faults.items()} == {
        "uphill": "update",
        "no-bias": "gradient",
        "loss-after-update": "bookkeeping",
    }
    assert [finding.first_wrong_epoch for finding in faults.values()] == [1, 1, 0]


def test_a_recorded_loss_that_is_wrong_from_the_start_is_bookkeeping() -> None:
    finding = found("train", RIGHT["train"].replace("(r * r).mean()", "3 * (r * r).mean()"))
    assert (finding.fault, finding.first_wrong_epoch, finding.mistakes) == ("bookkeeping", 0, ())


@pytest.mark.parametrize("part", ["lr / 3 * 2 * (r * x)", "lr * 2 * (r * abs(x))"])
def test_losses_that_cannot_tell_a_wrong_gradient_from_a_wrong_rate_blame_neither(part: str) -> None:
    finding = found("train", RIGHT["train"].replace("lr * 2 * (r * x)", part))
    assert (finding.first_wrong_epoch, finding.mistakes, finding.fault) == (1, (), None)
