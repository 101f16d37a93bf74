"""The bounds have the values that their derivation gives them, recomputed here in rationals, term by term."""

from fractions import Fraction as F
from math import inf, nextafter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.truth.rounding import PRECISIONS, SLACK, Evaluation, Update, gamma, ulp_distance

DTYPES = ("float32", "float64")
U = {"float32": F(1, 2**24), "float64": F(1, 2**53)}
TINY = {"float32": 2.0**-149, "float64": 2.0**-1074}

X = np.array([[1.0, -2.0], [0.5, 4.0], [-3.0, 1.5]])
Y = np.array([2.0, -1.0, 8.0])
W, B = np.array([[1.5, -0.25]]), np.array([-3.0])
N, D, K0 = 3, 2, 2


def g(k: int, dtype: str) -> F:
    return k * U[dtype] / (1 - k * U[dtype])


def close(value: object, exact: object) -> bool:
    """Is it the exact bound, times what covers the bound's own rounding?"""
    return bool(np.allclose(np.asarray(value, float), np.asarray(exact, float) * (1 + 2.0**-20), rtol=1e-13, atol=0))


def sizes(row: int, *, y: bool) -> F:
    """|x| |w| + |b|, and + |y|."""
    return sum((abs(F(x) * F(w)) for x, w in zip(X[row], W[0], strict=True)), abs(F(B[0]))) + y * abs(F(Y[row]))


def evaluation(dtype: str) -> Evaluation:
    return Evaluation(X, Y, PRECISIONS[dtype], K0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_gamma_counts_roundings_and_ends_where_they_may_be_everything(dtype: str) -> None:
    u = float(U[dtype])
    assert PRECISIONS[dtype] == (dtype, u, TINY[dtype], float(np.finfo(dtype).max))
    assert [gamma(k, u) for k in (0, 1, 7)] == [float(g(k, dtype)) for k in (0, 1, 7)]
    assert gamma(3, 0.25) == 3.0
    assert gamma(4, 0.25) == gamma(5, 0.25) == inf
    assert SLACK == 1 + 2.0**-20


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_prediction_is_reached_by_d_products_and_sums_and_its_datas_roundings(dtype: str) -> None:
    exact = [g(K0 + D + 1, dtype) * sizes(row, y=False) for row in range(N)]
    assert close(evaluation(dtype).predictions(W, B)[0], exact)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_residual_has_one_rounding_more(dtype: str) -> None:
    exact = [g(K0 + D + 2, dtype) * sizes(row, y=True) for row in range(N)]
    assert close(evaluation(dtype).residuals(W, B)[0], exact)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_size_of_a_residual_is_its_own_and_what_doubles_may_be_off(dtype: str) -> None:
    r = [abs(F(X[i, 0]) * F(W[0, 0]) + F(X[i, 1]) * F(W[0, 1]) + F(B[0]) - F(Y[i])) for i in range(N)]
    off = [(1 + F(1, 2**20)) * g(2 + D + 2, "float64") * sizes(row, y=True) for row in range(N)]
    found = evaluation(dtype).residual_sizes(W, B)[0]
    assert [F(value) - size for value, size in zip(found.tolist(), r, strict=True)] == pytest.approx(
        [float(each) for each in off], rel=0.1
    )
    assert all(F(value) >= size for value, size in zip(found.tolist(), r, strict=True))


@pytest.mark.parametrize("dtype", DTYPES)
def test_of_a_residual_of_zero_only_what_doubles_may_be_off_is_left(dtype: str) -> None:
    x, y, w = np.array([[2.0], [-4.0]]), np.array([1.0, -8.0]), np.array([[1.5]])
    fitted = Evaluation(x, y, PRECISIONS[dtype], K0).residual_sizes(w, np.array([-2.0]))
    assert close(fitted[0], [g(2 + 1 + 2, "float64") * size for size in (3 + 2 + 1, 6 + 2 + 8)])


@pytest.mark.parametrize("dtype", DTYPES)
def test_loss_and_gradients_have_the_bounds_of_the_derivation(dtype: str) -> None:
    r, rho = [F(3), F(1, 2), F(10)], [F(1, 8), F(1, 4), F(1, 16)]
    found = evaluation(dtype).at(np.array([r], float), np.array([rho], float))
    size = [one + off for one, off in zip(r, rho, strict=True)]
    loss = sum(2 * one * off + off**2 for one, off in zip(r, rho, strict=True)) / N
    assert close(found.loss[0], loss + g(N + 2, dtype) * sum(each**2 for each in size) / N)
    for column in range(D):
        x = [abs(F(value)) for value in X[:, column]]
        parts = [sum(a * b for a, b in zip(x, of, strict=True)) for of in (rho, size)]
        assert close(found.dw[0, column], F(2, N) * (parts[0] + g(N + 2 + K0, dtype) * parts[1]))
    assert close(found.db[0], F(2, N) * (sum(rho) + g(N + 2 + K0, dtype) * sum(size)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_everything_else_is_zero_underflow_is_left(dtype: str) -> None:
    tiny, nothing = TINY[dtype], np.zeros((1, N))
    still = Evaluation(np.zeros((N, D)), np.zeros(N), PRECISIONS[dtype], K0)
    assert close(still.predictions(np.zeros((1, D)), np.zeros(1)), [[2 * (D + 2) * tiny] * N])
    assert close(still.residuals(4 * np.ones((1, D)), np.zeros(1)), [[2 * (8 + D + 2) * tiny] * N])
    found = still.at(nothing, nothing)
    assert close([found.loss[0], found.db[0], *found.dw[0]], [12 * tiny] * (2 + D))
    moved = Evaluation(np.ones((N, D)), np.zeros(N), PRECISIONS[dtype], K0).at(nothing, nothing)
    assert close(moved.dw[0], [4 * tiny * (N + N)] * D)
    assert close(still.at(nothing + 6, nothing).dw[0], [4 * tiny * (N + 2 * 6)] * D)


def test_every_state_has_the_bounds_that_it_has_alone() -> None:
    """But for their own rounding: a BLAS may sum the rows of one matrix in another order than those of another."""
    r, rho = np.array([[3.0, 0.5, 10.0], [1.0, 2.0, 0.0]]), np.array([[0.125, 0.25, 0.0], [0.5, 1.0, 2.0]])
    both = evaluation("float32").at(r, rho)
    for state in (0, 1):
        alone = evaluation("float32").at(r[state : state + 1], rho[state : state + 1])
        for together, single in zip(both, alone, strict=True):
            np.testing.assert_allclose(together[state], single[0], rtol=2 * gamma(N + 8, 2.0**-53), atol=0)


def test_a_sum_that_may_overflow_has_no_bound() -> None:
    huge = np.array([[3e38, 0.0, 0.0]])
    found = evaluation("float32").at(huge, np.zeros((1, N)))
    assert (found.loss[0], found.db[0]) == (inf, pytest.approx(2e38 * float(g(N + 2 + K0, "float32")), rel=1e-5))
    assert found.dw[0].tolist() == [inf, inf]
    level = Evaluation(np.ones((1, 1)), np.ones(1), PRECISIONS["float64"], 0)
    with np.errstate(over="ignore"):
        assert level.at(np.array([[1e200]]), np.zeros((1, 1))).loss[0] == inf
    largest = PRECISIONS["float32"].largest
    level = Evaluation(np.ones((1, 1)), np.ones(1), PRECISIONS["float32"], 0)
    found = [level.at(np.array([[r]]), np.zeros((1, 1))).db[0] for r in (largest / 2, largest / 4)]
    assert [db == inf for db in found] == [True, False]


P, V, DP = F(3), F(5), F(7)
OPTIONS = {"lr": 0.5, "momentum": 0.25, "dampening": 0.75, "weight_decay": 0.125}
LR, M, KEEP, DECAY = F(1, 2), F(1, 4), F(1, 4), F(1, 8)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("names", "first", "nesterov", "v", "rounded_v", "step", "rounded_step"),
    [
        ("lr", False, False, F(0), 0, LR * DP, 4),
        ("lr weight_decay", False, False, F(0), 0, LR * (DP + DECAY * P), 8),
        ("lr momentum", False, False, M * V + DP, 5, LR * (M * V + DP), 9),
        ("lr momentum", True, False, DP, 5, LR * DP, 9),
        ("lr momentum dampening", False, False, M * V + KEEP * DP, 5, LR * (M * V + KEEP * DP), 9),
        ("lr momentum dampening", True, False, DP, 5, LR * DP, 9),
        ("lr momentum", False, True, M * V + DP, 5, LR * (DP + M * (M * V + DP)), 13),
        ("lr momentum weight_decay", True, False, DP + DECAY * P, 9, LR * (DP + DECAY * P), 13),
    ],
)
def test_an_update_counts_the_roundings_of_each_option(
    dtype: str, names: str, first: bool, nesterov: bool, v: F, rounded_v: int, step: F, rounded_step: int
) -> None:
    options = {name: OPTIONS[name] for name in names.split()} | ({"nesterov": True} if nesterov else {})
    update = Update(options, PRECISIONS[dtype])
    for sign in (1.0, -1.0):
        given = [sign * np.array(float(value)) for value in (P, V, DP)]
        p_bound, v_bound = update.bounds(*given, first)
        assert close(p_bound, g(1, dtype) * P + g(rounded_step, dtype) * step)
        assert close(v_bound, g(rounded_v, dtype) * v)


def test_an_update_without_options_rounds_each_parameter_once() -> None:
    p = np.array([3.0, -5.0])
    p_bound, v_bound = Update({}, PRECISIONS["float32"]).bounds(p, p, p, False)
    assert close(p_bound, [g(1, "float32") * 3, g(1, "float32") * 5])
    assert v_bound.tolist() == [0.0, 0.0]


def test_what_underflows_in_a_buffer_grows_with_its_parameter() -> None:
    p, nothing = np.array(3.0), np.array(0.0)
    _, v_bound = Update({"lr": 1.0, "momentum": 0.5}, PRECISIONS["float32"]).bounds(p, nothing, nothing, False)
    assert close(v_bound, 16 * 2 * 1.5 * 2 * (1 + 3) * TINY["float32"])


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_update_of_nothing_may_underflow(dtype: str) -> None:
    options = {"lr": 1.0, "momentum": 0.5, "dampening": 0.75, "weight_decay": 0.25}
    nothing = np.zeros(())
    expected = 16 * (1 + 1) * (1 + 0.5) * (1 + 0.25) * (1 + 0.25) * TINY[dtype]
    assert close(Update(options, PRECISIONS[dtype]).bounds(nothing, nothing, nothing, False), [expected, expected])


@pytest.mark.parametrize(
    ("options", "first", "gain"),
    [
        ({}, False, (0.0, 0.0)),
        ({"lr": 0.5}, False, (0.5, 0.0)),
        ({"lr": -0.5, "momentum": 0.25}, True, (0.5, 1.0)),
        ({"lr": 0.5, "momentum": 0.25, "dampening": 0.75}, True, (0.5, 1.0)),
        ({"lr": 0.5, "momentum": 0.25, "dampening": 0.75}, False, (0.125, 0.25)),
        ({"lr": 0.5, "momentum": 0.25, "dampening": 1.5}, False, (0.25, 0.5)),
        ({"lr": 0.5, "momentum": 0.25, "nesterov": True}, False, (0.625, 1.0)),
    ],
)
def test_an_error_of_the_gradient_arrives_scaled_by_the_updates_derivative(
    options: dict[str, float], first: bool, gain: tuple[float, float]
) -> None:
    assert Update(options, PRECISIONS["float64"]).gain(first) == gain


@given(st.floats(width=32), st.integers(0, 5))
def test_steps_to_the_next_float_are_counted_across_zero_too(start: float, steps: int) -> None:
    value = np.float32(start)
    for _ in range(steps):
        value = np.nextafter(value, np.float32(-inf if start > 0 else inf))
    if np.isfinite(start):
        assert ulp_distance(np.float32(start), value, "float32") == steps


def test_the_numbers_next_to_zero_are_two_apart_and_the_zeros_are_one_number() -> None:
    least = nextafter(0.0, 1.0)
    assert [ulp_distance(*pair, "float64") for pair in ((-least, least), (-least, 0.0), (-0.0, 0.0))] == [2, 1, 0]
    assert ulp_distance(-(2.0**-149), 0.0, "float32") == 1
    assert ulp_distance(np.array([1.0, 2.0]), np.array([1.0, nextafter(2.0, 3.0)]), "float64") == 1
    assert ulp_distance(np.array([]), np.array([]), "float64") == 0
    assert ulp_distance(-1.0, 1.0, "float64") == 2 * 0x3FF0000000000000
    assert ulp_distance(-1.0, 1.0, "float32") == 2 * 0x3F800000


def test_arrays_of_two_shapes_have_no_distance() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ulp_distance(np.array([1.0, 2.0]), np.array([1.0]), "float64")
