"""The smallest example that shows a mistake: whole numbers of hand size, the same every time."""

from collections.abc import Mapping
from typing import Any

import pytest

from compare.exercises.findings import Counterexample, Shown
from compare.exercises.table.hypotheses import of_one
from compare.exercises.table.programs import Program, results
from tests.answers import RIGHT, found, found_in
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


def test_a_rarer_mistake_is_not_shown_where_a_commoner_one_gives_the_same() -> None:
    example = _example("gradients", "absolute-error")
    assert isinstance(example.expected, list)
    assert example.given != [value / 2 for value in example.expected if isinstance(value, float)]


def test_a_pair_is_shown_where_neither_of_the_two_gives_its_numbers() -> None:
    pair = "def gradients(x, y, w, b): r = w * x + b - y; return (r * x).sum(), r.sum()"
    finding = found("gradients", pair)
    assert finding.mistakes == ("missing-factor-two", "sum-not-mean")
    assert finding.counterexample is not None
    x, half, whole = (finding.counterexample.inputs["x"], finding.counterexample.given, finding.counterexample.expected)
    assert isinstance(x, list)
    assert len(x) == 3  # for two samples, ½ · 2 is 1
    assert half != whole


@pytest.mark.parametrize("wrong", ["3 * (r * x).mean(), 3 * r.mean()", "4 * (r**3 * x).mean(), 4 * (r**3).mean()"])
def test_an_unknown_mistake_is_shown_where_no_known_one_gives_its_numbers(wrong: str) -> None:
    finding = found("gradients", f"def gradients(x, y, w, b): r = w * x + b - y; return {wrong}")
    assert finding.counterexample is not None
    inputs = {name: tuple(v) if isinstance(v, list) else v for name, v in finding.counterexample.inputs.items()}
    for known in of_one("gradients"):
        assert _results(known.program, inputs) != finding.counterexample.given


def _results(program: Program, inputs: Mapping[str, Any]) -> list[Any] | None:
    try:
        return list(results("gradients", program, inputs))
    except ZeroDivisionError:
        return None


@pytest.mark.parametrize(
    ("name", "samples"),
    [
        *(("sum-not-mean", 2), ("product-of-means", 2), ("not-summed", 2)),
        ("wrong-denominator", 3),  # of two samples, it is a sum
    ],
)
def test_a_mistake_in_the_mean_shows_on_so_many_samples_as_tell_it_from_others(name: str, samples: int) -> None:
    x = _example("gradients", name).inputs["x"]
    assert isinstance(x, list)
    assert len(x) == samples


def test_a_forgotten_bias_shows_where_there_is_one() -> None:
    assert _example("gradients", "no-bias").inputs["b"] == 1.0


def test_a_stale_gradient_shows_after_two_updates() -> None:
    assert found("train", CODINGS["train"]["stale-gradient"][0]).first_wrong_epoch == 2


def test_a_missing_learning_rate_shows_where_it_is_not_one() -> None:
    assert _example("sgd_step", "missing-learning-rate").inputs["lr"] == 0.5


@pytest.mark.parametrize(("task", "name"), [(task, name) for task, names in CODINGS.items() for name in names])
def test_every_example_is_of_hand_size_and_shows_every_wrong_output(task: str, name: str) -> None:
    finding = found(task, CODINGS[task][name][0])
    example = finding.counterexample
    assert example is not None
    data = [v for key, value in example.inputs.items() if key not in ("lr", "momentum") for v in _numbers(value)]
    assert len(data) <= 9
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
    assert finding.counterexample == Counterexample({"yp": [0.0], "y": [0.0]}, None, 0.0)


def test_a_wrong_shape_shows_on_two_samples_or_more_that_are_not_all_zero() -> None:
    example = found("mse", "def mse(yp, y): return np.array([((yp - y)**2).mean()])").counterexample
    assert example == Counterexample({"yp": [1.0, 0.0], "y": [0.0, 0.0]}, [0.5], 0.5)
    step = found("sgd_step", "def sgd_step(w, b, dw, db, lr): return [w - lr * dw], [b - lr * db]").counterexample
    assert step is not None
    assert (step.given, step.expected) == ([[1.0], [0.0]], [1.0, 0.0])


def test_what_never_varies_is_shown_where_something_else_is_asked_for_and_has_no_name() -> None:
    for coding in ("0.0", "2.5"):
        finding = found("mse", f"def mse(yp, y): return {coding}")
        assert finding.mistakes == ()
        assert finding.counterexample == Counterexample({"yp": [1.0], "y": [0.0]}, float(coding), 1.0)
    zeros = found_in("softmax", "softmax", "def softmax(Z): return 0 * Z")
    assert zeros.mistakes == ()
    one = found("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return 2 * (r * x).mean(), 0.0")
    assert (one.mistakes, one.outputs) == ((), ("db",))


def test_no_example_is_of_zeros_only() -> None:
    step = found("sgd_step", "def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db - 0.001").counterexample
    assert step is not None
    assert any(value for name, value in step.inputs.items() if name != "lr")


def test_an_answer_that_changes_from_call_to_call_is_shown_by_whatever_is_wrong() -> None:
    counting = "k = [0]\ndef mse(yp, y): k[0] += 1; return ((yp - y) ** 2).mean() + (k[0] > 9)"
    finding = found("mse", counting)
    assert finding.reason == "changes"
    assert finding.counterexample is not None
    assert finding.counterexample.given != finding.counterexample.expected


def test_a_number_that_is_not_finite_is_shown_as_none() -> None:
    example = found("mse", "def mse(yp, y): return float('nan')").counterexample
    assert example == Counterexample({"yp": [1.0], "y": [0.0]}, None, 1.0)


STOPS_AT_ONE = "def mse(yp, y): return ((yp - y) ** 2).sum() / (len(y) - 1) * 3"


def test_single_samples_are_asked_last_as_a_division_by_n_less_one_stops_there() -> None:
    """Nothing is known of it, so that the smallest few are asked."""
    finding = found("mse", STOPS_AT_ONE.replace("len(y) - 1", "int(len(y) - 1)"))
    assert finding.counterexample is not None
    assert finding.counterexample.given is not None


DESCENT = """
def gradient_descent(x, y, w, b, alpha, iterations):
    costs = []
    for i in range(iterations + 1):
        r = w*x + b - y
        costs.append((r**2).mean() / 2)
        w, b = w + alpha*(r*x).mean(), b + alpha*r.mean()
    return costs
"""


@pytest.mark.parametrize(
    ("course", "task", "coding", "inputs", "epoch"),
    [
        (
            *("line-half", "compute_gradient"),
            "def compute_gradient(x, y, w, b): r = w*x + b - y; return (r*x).sum(), r.sum()",
            *({"x": [1.0, 0.0, 0.0]}, None),  # of two samples, it is the 2 that the half cancels
        ),
        ("line-half", "gradient_descent", DESCENT, {"y": [0.0]}, 1),
        ("softmax", "softmax", "def softmax(Z): return np.exp(Z) / np.exp(Z).sum()", {"Z": [[1.0], [0.0]]}, None),
    ],
)
def test_other_courses_show_the_clearest_example_too(
    course: str, task: str, coding: str, inputs: Mapping[str, Any], epoch: int | None
) -> None:
    finding = found_in(course, task, coding)
    assert finding.mistakes
    assert finding.counterexample is not None
    assert finding.counterexample.inputs | inputs == finding.counterexample.inputs
    assert finding.first_wrong_epoch == epoch


def test_a_trajectory_says_where_it_goes_wrong_first_and_which_part_is_at_fault() -> None:
    faults = {name: found("train", CODINGS["train"][name][0]) for name in ("uphill", "no-bias", "loss-after-update")}
    assert {name: finding.fault for name, finding in faults.items()} == {
        "uphill": "update",
        "no-bias": "gradient",
        "loss-after-update": "bookkeeping",
    }
    assert [finding.first_wrong_epoch for finding in faults.values()] == [1, 1, 0]


def test_a_recorded_loss_that_is_wrong_from_the_start_tells_nothing_of_the_steps() -> None:
    finding = found("train", RIGHT["train"].replace("(r * r).mean()", "3 * (r * r).mean()"))
    assert (finding.fault, finding.first_wrong_epoch, finding.mistakes) == (None, 0, ())


def test_a_half_loss_that_is_followed_downhill_is_no_fault_of_its_gradient() -> None:
    halved = RIGHT["train"].replace("(r * r).mean()", "(r * r).mean() / 2").replace("lr * 2", "lr")
    finding = found("train", halved)
    assert (finding.mistakes, finding.in_loss, finding.fault) == (("missing-factor-two",),) * 2 + ("loss",)


@pytest.mark.parametrize("part", ["lr / 3 * 2 * (r * x)", "lr * 2 * (r * abs(x))"])
def test_losses_that_cannot_tell_a_wrong_gradient_from_a_wrong_rate_blame_neither(part: str) -> None:
    finding = found("train", RIGHT["train"].replace("lr * 2 * (r * x)", part))
    assert (finding.first_wrong_epoch, finding.mistakes, finding.fault) == (1, (), None)
