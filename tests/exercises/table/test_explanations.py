"""Which known mistake explains an answer: the only one of the smallest size, for all outputs or for each by itself."""

from array import array
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from compare.exercises.judging import Case
from compare.exercises.table import explanations
from compare.exercises.table.hypotheses import Hypothesis
from compare.sandbox.calls import Value

TRIALS = [
    {"x": (1.0, 2.0, -1.0), "y": (0.5, 3.0, 1.0), "w": 2.0, "b": 0.5},
    {"x": (3.0, -2.0), "y": (1.0, 1.0), "w": -1.0, "b": 0.25},
    {"x": (0.5, 1.0, 4.0, 2.0), "y": (2.0, -1.0, 0.5, 1.5), "w": 1.0, "b": -2.0},
    {"x": (-1.0, 2.0, 2.5), "y": (1.0, 0.0, 0.5), "w": 0.5, "b": 1.0},
]


def _value(given: Any) -> Value:
    return Value((len(given),), array("d", given)) if isinstance(given, list) else Value((), array("d", [given]))


def _cases(trials: Sequence[Any], answer: Callable[..., tuple[Any, ...]]) -> list[Case]:
    return [Case(trial, tuple(map(_value, answer(**trial)))) for trial in trials]


def _gradients(x: Any, y: Any, w: float, b: float) -> tuple[float, float]:
    r = [w * xi + b - yi for xi, yi in zip(x, y, strict=True)]
    return 2 * sum(ri * xi for ri, xi in zip(r, x, strict=True)) / len(x), 2 * sum(r) / len(x)


def explain(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> Hypothesis | None:
    return explanations.explain_by_one(task, cases, wrong) or explanations.explain(task, cases, wrong)


def _names(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> tuple[str, ...] | None:
    found = explain(task, cases, wrong)
    return None if found is None else found.names


def _of_gradients(
    wrong: Sequence[int], dw: Callable[..., float] | None = None, db: Callable[..., float] | None = None
) -> tuple[str, ...] | None:
    """What explains those made of the right ones and of n."""

    def answer(x: Any, y: Any, w: float, b: float) -> tuple[float, float]:
        right = _gradients(x, y, w, b)
        return (dw or (lambda dw, db, n: dw))(*right, len(x)), (db or (lambda dw, db, n: db))(*right, len(x))

    return _names("gradients", _cases(TRIALS, answer), wrong)


def test_one_mistake_in_both_outputs_is_named_once() -> None:
    assert _of_gradients((0, 1), lambda dw, db, n: dw / 2, lambda dw, db, n: db / 2) == ("missing-factor-two",)
    assert _of_gradients((0, 1), lambda dw, db, n: db, lambda dw, db, n: dw) == ("swapped",)


def test_a_mistake_in_one_output_is_told_by_that_output() -> None:
    assert _of_gradients((0,), lambda dw, db, n: dw / 2) == ("missing-factor-two",)
    assert _of_gradients((1,), None, lambda dw, db, n: -db) == ("wrong-sign",)


def test_one_output_in_the_place_of_both_is_no_swap() -> None:
    assert _of_gradients((0,), lambda dw, db, n: db) == ("missing-x",)
    assert _of_gradients((1,), None, lambda dw, db, n: dw) == ("extra-x",)
    assert _of_gradients((0,), lambda dw, db, n: -db) == ("missing-x", "wrong-sign")
    each = _of_gradients((0, 1), lambda dw, db, n: db, lambda dw, db, n: -db)
    assert each == ("missing-x", "wrong-sign")


def test_a_mistake_in_each_output_is_named_with_the_other() -> None:
    both = _of_gradients((0, 1), lambda dw, db, n: dw / 2, lambda dw, db, n: -db)
    assert both == ("missing-factor-two", "wrong-sign")


def test_two_mistakes_in_the_one_wrong_output_are_named() -> None:
    assert _of_gradients((0,), lambda dw, db, n: -dw / 2) == ("missing-factor-two", "wrong-sign")
    assert _of_gradients((1,), None, lambda dw, db, n: -db * n) == ("sum-not-mean", "wrong-sign")


def test_two_mistakes_in_both_outputs_are_named() -> None:
    halved = _of_gradients((0, 1), lambda dw, db, n: -dw / 2, lambda dw, db, n: -db / 2)
    assert halved == ("missing-factor-two", "wrong-sign")


def test_of_two_mistakes_in_one_output_and_one_in_the_other_the_one_is_told() -> None:
    assert _of_gradients((0, 1), lambda dw, db, n: -dw / 2, lambda dw, db, n: db * n) == ("sum-not-mean",)
    assert _of_gradients((0, 1), lambda dw, db, n: 3 * dw, lambda dw, db, n: 3 * db) is None


STEPS = [
    {"w": 1.0, "b": 2.0, "dw": 3.0, "db": -1.0, "lr": 0.25},
    {"w": -2.0, "b": 0.5, "dw": 1.5, "db": 4.0, "lr": 0.5},
]


def _step(by_w: float, by_b: float, rate: bool = True) -> Callable[..., tuple[float, float]]:
    def step(w: float, b: float, dw: float, db: float, lr: float) -> tuple[float, float]:
        return w + by_w * dw * (lr if rate else 1), b + by_b * db * (lr if rate else 1)

    return step


@pytest.mark.parametrize(
    ("answer", "wrong", "names"),
    [
        (_step(1, 1), (0, 1), ("uphill",)),
        (_step(-1, 1), (1,), ("uphill",)),
        (_step(-1, 0), (1,), ("bias-not-updated",)),
        (_step(1, 0), (0, 1), ("bias-not-updated", "uphill")),
        (_step(1, 1, False), (0, 1), ("missing-learning-rate", "uphill")),
        (_step(2, 2), (0, 1), None),
    ],
    ids=["both up", "b up", "b still", "w up and b still", "both up at full rate", "neither"],
)
def test_an_update_of_two_parameters_is_explained_likewise(
    answer: Callable[..., tuple[float, float]], wrong: tuple[int, ...], names: tuple[str, ...] | None
) -> None:
    assert _names("sgd_step", _cases(STEPS, answer), wrong) == names


MOMENTUM = [
    {"p": 1.0, "v": 2.0, "dp": 3.0, "lr": 0.25, "momentum": 0.5},
    {"p": -1.0, "v": 0.5, "dp": 2.0, "lr": 0.5, "momentum": 0.25},
]


def _momentum_step(rate: float | None = None, velocity: bool = True) -> Callable[..., tuple[float, float]]:
    """Uphill, at the rate given or at lr; with or without a velocity of its own to return."""

    def step(p: float, v: float, dp: float, lr: float, momentum: float) -> tuple[float, float]:
        moved = momentum * v + dp
        return p + (lr if rate is None else rate) * moved, moved if velocity else v

    return step


@pytest.mark.parametrize(
    ("answer", "wrong", "names"),
    [
        (_momentum_step(), (0,), ("uphill",)),
        (_momentum_step(rate=1.0), (0,), ("missing-learning-rate", "uphill")),
        (_momentum_step(velocity=False), (0, 1), ("uphill", "velocity-not-kept")),
        (_momentum_step(rate=1.0, velocity=False), (0,), None),
        (_momentum_step(rate=1.0, velocity=False), (0, 1), None),
    ],
    ids=["p uphill", "p uphill at full rate", "the old v, too", "the old v at full rate", "v wrong, too"],
)
def test_where_one_output_is_made_of_the_other_none_is_explained_by_itself(
    answer: Callable[..., tuple[float, float]], wrong: tuple[int, ...], names: tuple[str, ...] | None
) -> None:
    assert _names("momentum_step", _cases(MOMENTUM, answer), wrong) == names


def _loss(yp: Any, y: Any, by: Callable[[int], float]) -> tuple[float]:
    return (by(len(y)) * sum((p - t) ** 2 for p, t in zip(yp, y, strict=True)),)


PAIR, SINGLE = {"yp": (1.0, 3.0), "y": (0.0, 0.0)}, {"yp": (1.0,), "y": (0.0,)}
THREE = {"yp": (1.0,) * 3, "y": (0.0,) * 3}


def test_an_answer_that_gave_nothing_is_explained_by_nothing() -> None:
    assert explain("mse", [], (0,)) is None
    assert explain("mse", [Case(PAIR, None), Case(THREE, None)], (0,)) is None


def test_an_answer_that_never_varies_is_explained_by_nothing() -> None:
    zeros = _cases([PAIR, THREE, PAIR], lambda yp, y: (0.0,))
    assert explain("mse", zeros, (0,)) is None
    assert explain("mse", _cases([PAIR, THREE], lambda yp, y: (2.5,)), (0,)) is None  # the half of PAIR's 5
    runs = [{**trial, "lr": 0.5, "epochs": 1} for trial in TRIALS]
    assert explain("train", _cases(runs, lambda **_: ([0.0, 0.0],)), (0,)) is None


def test_a_trial_without_an_answer_is_explained_only_by_what_has_no_value_there() -> None:
    """By n − 1 nothing is divided where n is 1."""
    answered = _cases([PAIR, THREE], lambda yp, y: _loss(yp, y, lambda n: 1 / (n - 1)))
    assert _names("mse", [*answered, Case(SINGLE, None)], (0,)) == ("wrong-denominator",)
    assert explain("mse", [Case(SINGLE, None), *answered, Case(PAIR, None)], (0,)) is None


def test_every_trial_must_be_explained_not_only_the_first() -> None:
    summed = _cases([PAIR, THREE, PAIR, THREE, PAIR], lambda yp, y: _loss(yp, y, lambda n: 1.0))
    assert _names("mse", summed, (0,)) == ("sum-not-mean",)
    assert explain("mse", [*summed, *_cases([THREE], lambda yp, y: _loss(yp, y, lambda n: 1.001))], (0,)) is None


def test_of_two_names_with_the_same_results_the_first_of_the_table_stands_and_of_others_none() -> None:
    """For two samples a sum and a mean over n − 1 are one; for a single one, only the sum has a value."""
    two = _cases([PAIR, {"yp": (3.0, -3.0), "y": (0.0, 0.0)}], lambda yp, y: _loss(yp, y, lambda n: 1.0))
    assert _names("mse", two, (0,)) == ("sum-not-mean",)
    assert _names("mse", [*two, *_cases([SINGLE], lambda yp, y: (1.0,))], (0,)) is None
    alike = _cases([{"yp": (3.0, -3.0), "y": (0.0, 0.0)}], lambda yp, y: (3.0,))
    assert _names("mse", alike, (0,)) == ("absolute-error",)  # the root of the mean square is 3, too
