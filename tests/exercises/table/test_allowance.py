"""What rounding may do to a right answer: the sizes of its monomials, times what every rounding may add."""

from typing import Any

import pytest

from compare.exercises.table.allowance import aligned, allowances, any_form, gamma, magnitudes
from compare.exercises.table.formulas import ABSOLUTE, ROOT, Formula
from compare.exercises.table.programs import NESTEROV, RATE_IN, RATE_IN_MINUS, Program

X, Y = (1.0, -2.0), (3.0, 4.0)
SGD = {"w": -1.0, "b": 2.0, "dw": 3.0, "db": -4.0, "lr": 0.5}
ROOTS = Program(slope=Formula(error=ROOT))


@pytest.mark.parametrize(("roundings", "part"), [(1, 1 / (2**24 - 1)), (2**22, 1 / 3), (2**23, 1.0)])
def test_gamma_is_k_roundings_beside_all_of_them(roundings: int, part: float) -> None:
    assert gamma(roundings) == part


@pytest.mark.parametrize(("n", "factor"), [(0, 4 / (2**20 - 1)), (8, 20 / (2**21 - 5)), (16, 32 / (2**21 - 8))])
def test_any_program_over_n_samples_rounds_three_times_a_sample_and_sixteen_times(n: int, factor: float) -> None:
    assert any_form(n) == factor


def test_the_magnitudes_make_every_monomial_of_a_residual_positive() -> None:
    given = {"x": (1.0, -2.0), "y": [3.0, -4.0], "w": -5.0, "b": 6.0, "epochs": 2}
    assert magnitudes(given) == {"x": [1.0, 2.0], "y": [-3.0, -4.0], "w": 5.0, "b": 6.0, "epochs": 2}


def test_an_aligned_program_has_no_minus_left() -> None:
    minus = Formula(error=ABSOLUTE, halved=True, sign=-1)
    plus = minus._replace(sign=1)
    program = Program(loss=minus, slope=minus._replace(x_in_db=1), velocity=RATE_IN_MINUS, more=2)
    assert aligned(program) == Program(plus, plus._replace(x_in_db=1), 1, velocity=RATE_IN, more=2)
    assert aligned(Program(velocity=NESTEROV)) == Program(direction=1, velocity=NESTEROV)


@pytest.mark.parametrize(
    ("task", "given", "sizes"),
    [
        ("predict", {"x": X, "w": -3.0, "b": 4.0}, [[7.0, 10.0]]),
        ("mse", {"yp": X, "y": Y}, [[26.0]]),
        ("dmse_dyp", {"yp": X, "y": Y}, [[4.0, 6.0]]),
        ("gradients", {"x": X, "y": Y, "w": -1.0, "b": 1.0}, [[5.0 + 14.0], [5.0 + 7.0]]),
    ],
)
def test_the_allowance_is_in_proportion_to_the_sum_of_the_absolute_monomials(
    task: str, given: dict[str, Any], sizes: list[list[float]]
) -> None:
    assert allowances(task, Program(), given) == [[any_form(2) * size for size in out] for out in sizes]


@pytest.mark.parametrize("program", [Program(), Program(direction=1), ROOTS])
def test_an_exercise_without_samples_is_one_sample(program: Program) -> None:
    assert allowances("sgd_step", program, SGD) == [[any_form(1) * 2.5], [any_form(1) * 4.0]]


def test_an_allowance_is_no_less_than_nothing_where_the_slope_has_a_minus() -> None:
    program = Program(slope=Formula(sign=-1))
    assert allowances("dmse_dyp", program, {"yp": X, "y": Y}) == [[any_form(2) * 4.0, any_form(2) * 6.0]]


ROOT_GIVEN = {  # r = (-1, 7), whose root mean square is 5; at the magnitudes (7, 17), 13
    "dmse_dyp": {"yp": (3.0, 12.0), "y": (4.0, 5.0)},
    "gradients": {"x": (-1.0, -10.0), "y": (4.0, 5.0), "w": -1.0, "b": 2.0},
}
RATIO = 13 / 5
ROOT_SLOPES = [7 / 26, 17 / 26]


@pytest.mark.parametrize(
    ("task", "slope", "sizes"),
    [
        ("dmse_dyp", ROOTS.slope, [ROOT_SLOPES]),
        ("dmse_dyp", Formula(error=ROOT, sign=-1, summed=False), [ROOT_SLOPES]),
        ("gradients", ROOTS.slope, [[ROOT_SLOPES[0] + 10 * ROOT_SLOPES[1]], [sum(ROOT_SLOPES)]]),
        ("gradients", Formula(error=ROOT, sign=-1), [[ROOT_SLOPES[0] + 10 * ROOT_SLOPES[1]], [sum(ROOT_SLOPES)]]),
        ("gradients", Formula(error=ROOT, summed=False), [[ROOT_SLOPES[0], 10 * ROOT_SLOPES[1]], ROOT_SLOPES]),
    ],
)
def test_a_slope_of_a_root_is_as_uncertain_as_its_residuals_and_their_root(
    task: str, slope: Formula, sizes: list[list[float]]
) -> None:
    found = allowances(task, Program(slope=slope), ROOT_GIVEN[task])
    factor = any_form(2) * (RATIO + RATIO**2)
    assert found == [pytest.approx([factor * size for size in out], rel=1e-12) for out in sizes]


def test_only_a_slope_has_the_uncertainty_of_a_slope() -> None:
    assert allowances("mse", ROOTS, {"yp": X, "y": Y}) == [[any_form(2) * 26.0]]
    absolute = Program(slope=Formula(error=ABSOLUTE))
    assert allowances("dmse_dyp", absolute, {"yp": X, "y": Y}) == [[any_form(2) * 0.5] * 2]
