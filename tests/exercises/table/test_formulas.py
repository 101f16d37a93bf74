"""The formulas of one step and every wrong form of them, each against numbers worked out on paper."""

from collections.abc import Callable
from fractions import Fraction as F
from math import sqrt
from typing import Any

import pytest

from compare.exercises.table.formulas import (
    ABSOLUTE,
    ROOT,
    SQUARE,
    Formula,
    differences,
    gradients,
    loss,
    predictions,
    residuals,
    root,
    slopes,
)

RIGHT = Formula()
R = (F(2), F(-4), F(1))  # Σ r = −1, Σ r² = 21
X = (F(1), F(2), F(-6))  # Σ x = −3
FIVE = (F(1), F(-7), F(5))  # √(Σ r² / n) = 5
SEVEN = (F(2), F(-3), F(6))  # √(Σ r²) = 7


def test_a_formula_that_says_all_that_is_right_is_the_one_that_says_nothing() -> None:
    factors = {"error": SQUARE, "halved": False, "divisor": "n", "sign": 1, "means": None}
    terms = {"bias": True, "target": True, "summed": True, "x_in_dw": 1, "x_in_db": 0, "swapped": False}
    assert Formula(**factors, **terms) == RIGHT  # type: ignore[arg-type]


def test_the_predictions_are_the_line_and_the_residuals_what_is_too_much() -> None:
    x, y, w, b = (1, 2), (2, 9), 3, 1
    assert predictions(RIGHT, x, w, b) == [4, 7]
    assert residuals(RIGHT, x, y, w, b) == differences(RIGHT, [4, 7], y) == [2, -2]
    no_bias, no_target = Formula(bias=False), Formula(target=False)
    assert predictions(no_bias, x, w, b) == [3, 6]
    assert residuals(no_bias, x, y, w, b) == [1, -3]
    assert residuals(no_target, x, y, w, b) == differences(no_target, (4, 7), y) == [4, 7]


@pytest.mark.parametrize(
    ("formula", "r", "value"),
    [
        (RIGHT, R, 7),
        (Formula(halved=True), R, F(7, 2)),
        (Formula(divisor="n-1"), R, F(21, 2)),
        (Formula(divisor="1"), R, 21),
        (Formula(sign=-1), R, -7),
        (Formula(error=ABSOLUTE), R, F(7, 3)),
        (Formula(error=ABSOLUTE, divisor="1", sign=-1), R, -7),
        (Formula(error=ROOT), FIVE, 5),
        (Formula(error=ROOT, sign=-1), FIVE, -5),
        (Formula(error=ROOT, divisor="1"), SEVEN, 7),
        (Formula(means="n"), R, F(1, 9)),
        (Formula(means="D", divisor="1"), R, 1),
        (Formula(means="n", sign=-1), R, F(-1, 9)),
        (Formula(summed=False), R, [F(4, 3), F(16, 3), F(1, 3)]),
        (Formula(summed=False, divisor="1", sign=-1), R, [-4, -16, -1]),
        (Formula(summed=False, error=ABSOLUTE), R, [F(2, 3), F(4, 3), F(1, 3)]),
    ],
)
def test_a_loss_is_the_mean_square_or_what_a_mistake_makes_of_it(formula: Formula, r: Any, value: Any) -> None:
    assert loss(formula, r) == value


@pytest.mark.parametrize(
    ("formula", "r", "values"),
    [
        (RIGHT, R, [F(4, 3), F(-8, 3), F(2, 3)]),
        (Formula(halved=True), R, [F(2, 3), F(-4, 3), F(1, 3)]),
        (Formula(divisor="n-1"), R, [2, -4, 1]),
        (Formula(divisor="1"), R, [4, -8, 2]),
        (Formula(sign=-1), R, [F(-4, 3), F(8, 3), F(-2, 3)]),
        (Formula(error=ABSOLUTE), R, [F(1, 3), F(-1, 3), F(1, 3)]),
        (Formula(error=ABSOLUTE, divisor="1", sign=-1), R, [-1, 1, -1]),
        (Formula(error=ROOT), FIVE, [F(1, 15), F(-7, 15), F(1, 3)]),
        (Formula(error=ROOT, divisor="1"), SEVEN, [F(2, 7), F(-3, 7), F(6, 7)]),
        (Formula(error=ROOT, divisor="1", sign=-1), SEVEN, [F(-2, 7), F(3, 7), F(-6, 7)]),
    ],
)
def test_a_slope_is_the_derivative_of_its_loss(formula: Formula, r: Any, values: Any) -> None:
    assert slopes(formula, r) == values
    h = F(1, 10**9)
    for i, value in enumerate(values):
        up, down = ([ri + sign * h * (i == j) for j, ri in enumerate(r)] for sign in (1, -1))
        assert (loss(formula, up) - loss(formula, down)) / (2 * h) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("formula", "both"),
    [
        (RIGHT, (-8, F(-2, 3))),
        (Formula(sign=-1), (8, F(2, 3))),
        (Formula(x_in_dw=0), (F(-2, 3), F(-2, 3))),
        (Formula(x_in_dw=2), (F(44, 3), F(-2, 3))),
        (Formula(x_in_db=1), (-8, -8)),
        (Formula(swapped=True), (F(-2, 3), -8)),
        (Formula(summed=False), ([F(4, 3), F(-16, 3), -4], [F(4, 3), F(-8, 3), F(2, 3)])),
        (Formula(means="n"), (F(2, 3), F(-2, 3))),
        (Formula(means="n", divisor="1"), (2, -2)),
        (Formula(means="D", divisor="1"), (6, -2)),
        (Formula(means="D", divisor="n-1"), (F(3, 2), -1)),
    ],
)
def test_the_gradients_are_sums_of_slopes_or_what_a_mistake_makes_of_them(formula: Formula, both: Any) -> None:
    assert gradients(formula, R, X) == both


@pytest.mark.parametrize(
    "valueless",
    [
        lambda: loss(Formula(error=ROOT, summed=False), R),
        lambda: loss(Formula(divisor="n-1"), R[:1]),
        lambda: slopes(Formula(error=ABSOLUTE), (F(1), F(0))),
        lambda: slopes(Formula(error=ROOT), (F(0), F(0))),
        lambda: gradients(Formula(divisor="n-1"), (1.0,), (1.0,)),
    ],
    ids=["root of no mean", "no freedom left", "slope of abs at 0", "slope of a root at 0", "no freedom in floats"],
)
def test_a_formula_without_a_value_there_divides_by_zero(valueless: Callable[[], Any]) -> None:
    with pytest.raises(ZeroDivisionError):
        valueless()


@pytest.mark.parametrize("value", [F(2), F(2, 3), F(10**40, 7), F(0)])
def test_the_root_of_a_rational_is_the_last_of_256_binary_places_below_it(value: F) -> None:
    found, step = root(value), F(1, 2**256)
    assert (found / step).denominator == 1
    assert found**2 <= value < (found + step) ** 2


def test_numbers_stay_what_they_are() -> None:
    assert (type(root(F(9, 4))), root(F(9, 4))) == (F, F(3, 2))
    assert (type(root(2.0)), root(2.0)) == (float, sqrt(2.0))
    for kind in (F, float):
        r = [kind(2), kind(-4)]
        found = [loss(RIGHT, r), *slopes(RIGHT, r), *gradients(RIGHT, r, r)]
        assert found == [10, 2, -4, 20, -2]
        assert {type(number) for number in found} == {kind}
