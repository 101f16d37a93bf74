"""What rounding may do to the losses of a run: the roundings of every step, carried on by the steps that follow it."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest

from compare.exercises.table.allowance import any_form, gamma
from compare.exercises.table.formulas import ABSOLUTE, ROOT, Formula
from compare.exercises.table.programs import ACCUMULATED, STALE, Program, State
from compare.exercises.table.run_allowance import loss_allowances, right_allowances, size_of_loss
from compare.truth.descent import Descent

Row = Sequence[float]

# Two samples, worked out by hand: the Jacobian of a step is J = ((-1.5, .5), (.5, 0)), J² = ((2.5, -.75), (-.75, .25)).
PAIR = {"x": (1.0, -2.0), "y": (3.0, 5.0), "w": -1.0, "b": 2.0, "lr": 0.5}
RESIDUALS = [(-2.0, -1.0), (-0.5, 0.5), (0.25, -1.0), (-0.5, 1.625), (0.8125, -2.6875)]
SIZES = [(6.0, 9.0), (7.5, 10.5), (6.75, 9.0), (8.25, 11.625), (6.8125, 9.3125)]  # |wx| + |b| + |y|
# |x|·e_w + e_b in γ: the steps round by (13, 9.5), (15.25, 12.5), (12.625, 11.375) and (17.125, 13.8125), and the later
# steps carry that on
SHIFTS = [(0.0, 0.0), (22.5, 35.5), (58.5, 98.0), (112.5, 193.875), (209.25, 364.0)]
SIGN = Formula(error=ABSOLUTE)
ONE = {"x": (1.0,), "y": (0.0,), "w": 1.0, "b": 0.0, "lr": 0.5}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _root_mean_square(values: Row) -> float:
    return sqrt(_mean([value * value for value in values]))


def _of_squares(r: Row, shift: Row, rounded: Row, factor: float) -> float:
    """|mean (r + e)² − mean r²| at most, and the rounding of a mean of the squares of `rounded`."""
    moved = [2 * abs(ri) * e + e * e for ri, e in zip(r, shift, strict=True)]
    return _mean(moved) + factor * _mean([size * size for size in rounded])


def _in_gammas(shifts: Sequence[Row], factor: float) -> list[Row]:
    return [[factor * e for e in shift] for shift in shifts]


def test_the_size_of_a_loss_is_the_loss_of_the_sizes_of_its_residuals() -> None:
    large = {"x": [1.0, 2.0], "y": [-3.0, -5.0]}
    state = State(-1.0, 2.0, 0.0, 0.0, 0.0, 0.0)
    assert size_of_loss(Program(), large, state) == (36 + 81) / 2
    assert size_of_loss(Program(loss=Formula(bias=False)), large, state) == (16 + 49) / 2


def test_a_run_is_as_uncertain_as_its_losses_and_the_steps_before_them() -> None:
    factor = any_form(2)
    rows = zip(RESIDUALS, _in_gammas(SHIFTS, factor), SIZES, strict=True)
    expected = [_of_squares(r, shift, sizes, factor) for r, shift, sizes in rows]
    assert loss_allowances(Program(), PAIR | {"epochs": 4}) == pytest.approx(expected, rel=1e-13)


def test_squared_residuals_round_less_than_an_expanded_square() -> None:
    factor = gamma(2 + 12)
    moved = [[e + s for e, s in zip(shift, sizes, strict=True)] for shift, sizes in zip(SHIFTS, SIZES, strict=True)]
    rows = zip(RESIDUALS, _in_gammas(moved, factor), strict=True)
    expected = [_of_squares(r, shift, r, factor) for r, shift in rows]
    found = loss_allowances(Program(), PAIR | {"epochs": 4}, residuals_first=True)
    assert found == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("epochs", "before", "more", "kept"),
    [(3, 0, 0, slice(4)), (2, 1, 0, slice(1, 4)), (1, 0, 1, slice(3)), (0, 2, 1, slice(2, 4)), (3, 0, -1, slice(3))],
)
def test_there_is_an_allowance_for_every_loss_that_is_recorded(
    epochs: int, before: int, more: int, kept: slice
) -> None:
    every = loss_allowances(Program(), PAIR | {"epochs": 4})
    assert loss_allowances(Program(before=before, more=more), PAIR | {"epochs": epochs}) == every[kept]


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (Formula(halved=True), lambda r, e, s, f: _of_squares(r, e, s, f) / 2),
        (Formula(divisor="1"), lambda r, e, s, f: _of_squares(r, e, s, f) * 2),
        (Formula(sign=-1), _of_squares),
        (SIGN, lambda r, e, s, f: _mean(e) + f * _mean(s)),
        (Formula(error=ROOT), lambda r, e, s, f: _root_mean_square(e) + f * _root_mean_square(s)),
    ],
)
def test_the_error_of_the_parameters_moves_every_kind_of_loss(loss: Formula, expected: Any) -> None:
    factor = any_form(2)
    rows = zip(RESIDUALS, _in_gammas(SHIFTS, factor), SIZES, strict=True)
    found = loss_allowances(Program(loss=loss), PAIR | {"epochs": 4})
    assert found == pytest.approx([expected(r, shift, sizes, factor) for r, shift, sizes in rows], rel=1e-12)


@pytest.mark.parametrize(
    ("program", "more", "r", "sizes", "shifts"),
    [
        (Program(), {"momentum": 0.5}, [1.0, -1.0, 0.0, 0.5], [1.0, 1.0, 1.0, 1.0], [0.0, 3.0, 8.0, 13.5]),
        (Program(gradient=ACCUMULATED), {}, [1.0, -1.0, -1.0], [1.0, 1.0, 1.0], [0.0, 3.0, 10.0]),
        (Program(gradient=STALE), {}, [1.0, -1.0, -3.0], [1.0, 1.0, 3.0], [0.0, 3.0, 8.0]),
        (Program(slope=SIGN, gradient=STALE), {}, [1.0, 0.0, -1.0], [1.0, 1.0, 1.0], [0.0, 2.0, 5.0]),
    ],
)
def test_what_a_step_hands_on_besides_the_parameters_carries_errors_too(
    program: Program, more: dict[str, float], r: Row, sizes: Row, shifts: Row
) -> None:
    factor = any_form(1)
    rows = zip(r, shifts, sizes, strict=True)
    expected = [_of_squares([ri], [factor * e], [size], factor) for ri, e, size in rows]
    assert loss_allowances(program, ONE | more | {"epochs": len(r) - 1}) == pytest.approx(expected, rel=1e-13)


def test_a_slope_that_is_not_linear_carries_errors_on_by_its_own_derivative() -> None:
    x, y = np.array(PAIR["x"]), np.array(PAIR["y"])
    features, p, lr, factor = np.array([x, np.ones(2)]), np.array([-1.0, 2.0]), 0.5, any_form(2)
    error, products, local, expected = np.zeros(2), [], [], []
    for _ in range(5):
        error = sum((abs(product) @ own for product, own in zip(products, local, strict=True)), np.zeros(2))
        r, sizes = p @ features - y, abs(p) @ abs(features) + abs(y)
        expected.append(_of_squares(r, error @ abs(features), sizes, factor))
        root, mean = sqrt((r @ r) / 2), features @ r / 2
        second = features @ features.T / 2 / root - np.outer(mean, mean) / root**3
        products = [(np.eye(2) - lr * second) @ product for product in products] + [np.eye(2)]
        local.append(factor * (abs(p) + lr * abs(features) @ sizes / 2 / sqrt((sizes @ sizes) / 2)))
        p = p - lr * mean / root
    found = loss_allowances(Program(slope=Formula(error=ROOT)), PAIR | {"epochs": 4})
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("beyond", "carried"), [(0.75, 1.5 * (2**20 - 1)), (1.25, 1.5)])
def test_a_residual_that_turns_within_a_nudge_carries_errors_on_by_the_jump_of_its_sign(
    beyond: float, carried: float
) -> None:
    """After one step r = -`beyond` nudges of 2⁻²⁰; the sign turns by 2, the parameters by lr·2."""
    y = 1.5 + beyond * 2.0**-20
    given = {"x": (1.0,), "y": (y,), "w": 1.0, "b": 0.0, "lr": 0.25, "epochs": 2}
    found = loss_allowances(Program(loss=SIGN, slope=SIGN), given)
    assert found == pytest.approx([any_form(1) * size for size in (1 + y, 1.5 + 1.5 + y, carried + 2 + 2 + y)])


def _descent(momentum: float = 0.5, **options: Any) -> Descent:
    settings = {"lr": 0.5, "momentum": momentum, **options}
    return Descent(PAIR["x"], PAIR["y"], PAIR["w"], PAIR["b"], settings, ("w", "b"), [None] * 5)


@pytest.mark.parametrize("residuals_first", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_a_lessons_run_is_allowed_what_a_program_that_trains_is(residuals_first: bool, momentum: float) -> None:
    program = loss_allowances(Program(), PAIR | {"momentum": momentum, "epochs": 4}, residuals_first)
    assert right_allowances(_descent(momentum), residuals_first) == pytest.approx(program, rel=1e-12)


def test_a_feature_twice_at_half_its_weight_is_as_uncertain_as_once_at_twice_the_rate() -> None:
    """Uphill, where every entry of a step's matrix is positive, the errors of two weights add up to that of one."""
    twice = Descent([(1.0, 1.0)], (3.0,), (-1.0, -1.0), 0.0, {"lr": -0.125}, ("w",), [None] * 4)
    once = Descent([1.0], (3.0,), -2.0, 0.0, {"lr": -0.25}, ("w",), [None] * 4)
    assert right_allowances(twice) == pytest.approx(right_allowances(once), rel=1e-12)


def test_every_option_of_sgd_rounds_with_a_plus() -> None:
    """One sample without bias: p = 1, g = 2 r + decay, then the buffer, Nesterov's step and the update, by hand."""
    options = {"lr": 0.5, "momentum": 0.5, "dampening": 0.25, "weight_decay": 0.25, "nesterov": True}
    descent = Descent([1.0], (3.0,), 1.0, 0.0, options, ("w",), [None] * 3)
    factor, found = any_form(1), right_allowances(descent)
    g = 2 * (1 + 3) + 0.25  # at the magnitudes: the first buffer is g, and the step g + g / 2
    shift = factor * (1 + 0.5 * 1.5 * g)
    w = 1 - 0.5 * 1.5 * (2 * (1 - 3) + 0.25)
    assert found[1] == pytest.approx(2 * abs(w - 3) * shift + shift**2 + factor * (w + 3) ** 2, rel=1e-12)
    assert right_allowances(replace(descent, options=options | {"dampening": 1.75}))[:2] == found[:2]
    uphill = right_allowances(replace(descent, options=options | {"lr": -0.5, "maximize": True}))
    assert uphill[:1] == found[:1]
    assert uphill[1] > 0
