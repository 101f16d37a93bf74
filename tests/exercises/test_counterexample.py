"""The smallest example that shows a mistake: whole numbers of hand size, the same every time."""

from array import array
from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import pytest

from compare.exercises.counterexample import counterexample, shown_by, smallest
from compare.exercises.findings import Counterexample, Shown
from compare.exercises.judging import Case, Judged, judged, misses
from compare.exercises.small_inputs import small_inputs
from compare.exercises.table.hypotheses import of_one
from compare.exercises.table.programs import Program, results
from compare.exercises.tasks import TASKS
from compare.exercises.truths import truth
from compare.sandbox.calls import Value
from tests.answers import RIGHT, found
from tests.wrong_codings import CODINGS

ONE = {"x": (1.0,), "y": (0.0,), "w": 1.0, "b": 0.0}  # dw = 2, db = 2
TWO = {"x": (2.0,), "y": (0.0,), "w": 0.0, "b": 1.0}  # dw = 4, db = 2
NONE = {"x": (1.0,), "y": (0.0,), "w": 0.0, "b": 0.0}  # dw = 0, db = 0
PAIR = {"x": (1.0, 0.0), "y": (0.0, 0.0), "w": 1.0, "b": 0.0}  # dw = 1, db = 1
STEP = {"w": 0.0, "b": 0.0, "dw": 0.0, "db": 0.0, "lr": 1.0}


def _case(trial: Mapping[str, Any], *numbers: float | list[float]) -> Case:
    """What was given on that trial: a list is an array."""
    given = [
        Value((len(number),), array("d", number)) if isinstance(number, list) else Value((), array("d", [number]))
        for number in numbers
    ]
    return Case(trial, tuple(given) or None)


def _judged(task: str, *cases: Case) -> Judged:
    trials = [case.trial for case in cases]
    return judged(task, trials, [truth(task, trial) for trial in trials], [case.given for case in cases])


BOTH = _judged("gradients", _case(ONE, 1.0, 1.0), _case(PAIR, 0.5, 0.5))
AS_ASKED = _case(ONE, 2.0, 2.0)
BIAS = _case(TWO, 4.0, 1.0)
WHOLE = _case(PAIR, 2.0, 2.0)


@pytest.mark.parametrize(
    ("exercise", "tried", "chosen", "whole"),
    [
        (BOTH, [BIAS, WHOLE, _case(PAIR, 2.0, 1.0)], WHOLE, True),
        (BOTH, [AS_ASKED, BIAS, _case(PAIR, 1.0, 2.0)], BIAS, False),
        (_judged("gradients", BIAS), [AS_ASKED, WHOLE, BIAS], BIAS, True),
        (BOTH, [_case(TWO), _case(NONE, 0.0, 0.0), WHOLE], WHOLE, True),
        (BOTH, [_case(NONE, 0.0, 2.0**-20), WHOLE], WHOLE, True),
        (BOTH, [_case(TWO, nan, nan), _case(TWO, 2.0, nan), WHOLE], WHOLE, True),
        (BOTH, [_case(TWO, [2.0], [1.0]), WHOLE], WHOLE, True),
        (BOTH, [_case(TWO, 4.0 + 2.0**-30, 2.0 - 2.0**-30), WHOLE], WHOLE, True),
    ],
)
def test_the_first_case_that_shows_all_that_is_wrong_is_the_example(
    exercise: Judged, tried: Sequence[Case], chosen: Case, whole: bool
) -> None:
    expected = truth(exercise.task, chosen.trial)
    assert smallest(exercise, tried) == (chosen, expected, misses(chosen, expected))
    assert shown_by(exercise, tried) is whole


def test_where_no_small_case_is_wrong_it_is_the_smallest_trial_that_is() -> None:
    many = {"x": (0.5,) * 3, "y": (0.0,) * 3, "w": 0.0, "b": 0.0}  # smaller in size, but of more numbers
    large = {"x": (1.0, 4.0), "y": (0.0, 0.0), "w": -3.0, "b": 0.0}
    light = {"x": (1.0, -2.0), "y": (0.0, -1.0), "w": 3.0, "b": 0.0}
    wrong = [_case(trial, 9.0, 9.0) for trial in (many, large, light)]
    exercise = _judged("gradients", AS_ASKED, *wrong)
    for tried in ([], [AS_ASKED], [_case(TWO)]):
        example = smallest(exercise, tried)
        assert example is not None
        assert example[0] == wrong[2]
        assert example[1:] == (exercise.truths[3], exercise.misses[3])
        assert not shown_by(exercise, tried)


def test_the_smallest_run_is_that_of_the_fewest_epochs() -> None:
    start = {"x": (1.0,), "y": (0.0,), "w": 1.0, "b": 0.0, "lr": 0.5}
    short, long = start | {"w": 8.0, "epochs": 1}, start | {"epochs": 2}
    exercise = _judged("train", _case(long, [0.0, 0.0, 0.0]), _case(short, [0.0, 0.0]))
    example = smallest(exercise, [])
    assert example is not None
    assert example[0].trial == short


def test_there_is_no_example_where_no_call_gave_anything() -> None:
    assert smallest(_judged("mse", _case({"yp": (1.0,), "y": (0.0,)})), []) is None


@pytest.mark.parametrize(
    ("task", "trial", "given", "telling"),
    [
        ("mse", {"yp": (1.0,), "y": (0.0,)}, [1.0], False),
        ("mse", {"yp": (0.0, 0.0), "y": (0.0, 0.0)}, [0.0], False),
        ("mse", {"yp": (0.0, 0.0), "y": (0.0, 1.0)}, [0.5], True),
        ("mse", {"yp": (1.0, 0.0), "y": (0.0, 0.0)}, [0.5], True),
        ("mse", {"yp": (1.0, 0.0), "y": (0.0, 0.0)}, 0.25, False),
        ("predict", {"x": (0.0, 0.0), "w": 1.0, "b": 1.0}, 1.0, False),
        ("predict", {"x": (1.0, 0.0), "w": 0.0, "b": 1.0}, 1.0, True),
    ],
)
def test_a_wrong_shape_shows_on_two_samples_that_are_not_all_zero(
    task: str, trial: Mapping[str, Any], given: Any, telling: bool
) -> None:
    single = [1.0] if task == "mse" else 1.0
    exercise = _judged(
        task, _case({**trial, **dict.fromkeys(trial.keys() & {"x", "yp", "y"}, (1.0, 2.0, 3.0))}, single)
    )
    assert shown_by(exercise, [_case(trial, given)]) is telling


def test_a_wrong_shape_of_an_update_shows_on_any_input_but_zeros() -> None:
    wrong = _judged("sgd_step", _case({**STEP, "w": 2.0}, [2.0], [0.0]))
    assert not shown_by(wrong, [_case(STEP, [0.0], [0.0])])
    assert shown_by(wrong, [_case({**STEP, "b": 1.0}, [0.0], [1.0])])


def test_where_both_what_came_and_what_is_asked_for_are_zeros_nothing_shows() -> None:
    pair = {"yp": (1.0, 2.0), "y": (1.0, 2.0)}
    wrong = _judged("mse", _case({**pair, "y": (0.0, 0.0)}, [1.0, 4.0]))
    assert not shown_by(wrong, [_case(pair, [0.0, 0.0])])


def test_an_answer_that_changes_is_shown_by_whatever_is_wrong() -> None:
    pair = {"yp": (1.0, 0.0), "y": (0.0, 0.0)}
    exercise = _judged("mse", _case(pair, 0.5), _case(pair, 0.75))
    assert shown_by(exercise, [_case(pair, 0.25)])
    assert shown_by(exercise, [_case(pair, nan)])
    assert shown_by(exercise, [_case({"yp": (1.0,), "y": (0.0,)}, [1.0])])


@pytest.mark.parametrize(
    ("task", "case", "shown"),
    [
        ("gradients", _case(ONE, 1.0, nan), ({"x": [1.0], "y": [0.0], "w": 1.0, "b": 0.0}, [1.0, None], [2.0, 2.0])),
        ("mse", _case({"yp": (1.0,), "y": (0.0,)}, 3.0), ({"yp": [1.0], "y": [0.0]}, 3.0, 1.0)),
        ("mse", _case({"yp": (1.0,), "y": (0.0,)}), ({"yp": [1.0], "y": [0.0]}, None, 1.0)),
        ("predict", _case({"x": (1.0,), "w": 2.0, "b": 1.0}, [4.0]), ({"x": [1.0], "w": 2.0, "b": 1.0}, [4.0], [3.0])),
    ],
)
def test_an_example_is_shown_as_plain_numbers_and_lists(task: str, case: Case, shown: tuple[Any, ...]) -> None:
    assert counterexample(case, truth(task, case.trial)) == Counterexample(*shown)


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
