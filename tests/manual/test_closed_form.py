"""What the eigenvalues predict is what gradient descent does."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.truth.descent import Descent
from manual.closed_form import best, best_momentum, contraction, hessian, largest_lr, modes, trajectory
from manual.sgd import SGD
from manual.statistics import measure

HOURS = [1, 2, 3], [200, 400, 600]
HOURS_EIGENVALUES = np.linalg.eigvalsh(hessian(measure(*HOURS)))
U = 2.0**-53

momenta = st.sampled_from([0.0, 0.3, 0.9, 0.99])
rates = st.floats(1e-3, 0.35)


def exact_path(x, y, w, b, options, trained, epochs):
    run = Descent(x, y, w, b, options, trained, [None] * (epochs + 1))
    return np.array([state.floats()[: run.size] for state in run.states]), run.losses


def largest_eigenvalue(x):
    return float(np.linalg.eigvalsh(hessian(measure(x, np.zeros(len(x)))))[-1])


@settings(max_examples=60)
@given(st.floats(0.01, 1.2), momenta, st.sampled_from([0.0, 0.1]), st.sampled_from([("w", "b"), ("w",), ("b",), ()]))
def test_the_closed_form_is_the_exact_run(share, momentum, decay, trained):
    x, y, epochs = [1, 2, 4], [3, -2, 5], 60
    lr = share * 2 / largest_eigenvalue(x)
    options = {"lr": lr, "momentum": momentum, "weight_decay": decay}
    expected, _ = exact_path(x, y, 2, -1, options, trained, epochs)
    w, b = trajectory(measure(x, y), 2, -1, SGD(lr, momentum, 0, decay), epochs, trained)
    # an eigenvalue is right to a few u λmax, which t epochs multiply by about t² at a double root
    assert np.abs(np.column_stack((w, b)) - expected).max() <= 100 * epochs**2 * U * np.abs(expected).max()


def test_features_have_as_many_modes():
    x, y = ((1, 0), (2, 1), (0, 3), (1, 1)), [3, -2, 5, 0]
    expected, _ = exact_path(x, y, (2, 1), -1, {"lr": 0.05, "momentum": 0.5}, ("w", "b"), 50)
    w, b = trajectory(measure(x, y), [2, 1], -1, SGD(0.05, 0.5), 50)
    np.testing.assert_allclose(np.column_stack((w, b)), expected, rtol=1e-11)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_loss_lies_above_its_minimum_by_what_the_modes_say(momentum):
    run = modes(measure(*HOURS), 0, 0, SGD(0.01, momentum), 100)
    _, losses = exact_path(*HOURS, 0, 0, {"lr": 0.01, "momentum": momentum}, ("w", "b"), 100)
    np.testing.assert_allclose(run.excess()[:-1], losses, rtol=1e-10, atol=1e-10)  # the hours data fit: minimum 0


def test_a_direction_in_which_the_loss_is_flat_is_left_alone():
    w, b = trajectory(measure([2], [6]), 0, 0, SGD(0.1), 200)  # one point: w and b are not determined
    assert (w[-1], b[-1]) == (pytest.approx(2.4), pytest.approx(1.2))  # the nearest of all that fit


def test_the_limit_of_the_learning_rate_is_where_runs_begin_to_grow():
    limit = largest_lr(HOURS_EIGENVALUES)
    assert limit == pytest.approx(0.1803, abs=5e-5)
    assert contraction(HOURS_EIGENVALUES, limit * 0.999) < 1 < contraction(HOURS_EIGENVALUES, limit * 1.001)


@given(momenta)
def test_momentum_moves_the_limit(momentum):
    limit = largest_lr(HOURS_EIGENVALUES, momentum)
    below, above = (contraction(HOURS_EIGENVALUES, limit * factor, momentum) for factor in (0.9999, 1.0001))
    assert below < 1 < above


@given(rates, momenta)
def test_the_contraction_is_the_size_of_the_largest_root(lr, momentum):
    sizes = [max(abs(np.roots([1, -(1 + momentum - lr * value), momentum]))) for value in HOURS_EIGENVALUES]
    assert contraction(HOURS_EIGENVALUES, lr, momentum) == pytest.approx(max(sizes), rel=1e-6)


def test_the_recorded_run_shrinks_by_what_the_notebook_shows():
    only_w = np.linalg.eigvalsh(hessian(measure(*HOURS), ("w",)))  # b is frozen: one mode
    seen = (427.6685 - 0.14229) / (3034.0964 - 0.14229)
    assert contraction(only_w, 0.01) ** 20 == pytest.approx(seen, abs=5e-5)
    assert seen == pytest.approx(0.1409, abs=5e-5)


@given(rates, st.floats(0, 0.999))
def test_no_momentum_is_better_than_the_best_for_a_learning_rate(lr, other):
    momentum = best_momentum(HOURS_EIGENVALUES, lr)
    least = contraction(HOURS_EIGENVALUES, lr, momentum)
    assert least <= contraction(HOURS_EIGENVALUES, lr, other) + 1e-7  # a double root is right to the root of u
    assert least == pytest.approx(momentum**0.5, abs=1e-7)


@given(st.floats(1e-4, 0.7), st.floats(0, 0.999))
def test_no_pair_is_better_than_the_best(lr, momentum):
    least = contraction(HOURS_EIGENVALUES, *best(HOURS_EIGENVALUES))
    assert least <= contraction(HOURS_EIGENVALUES, lr, momentum) + 1e-7
    assert least == pytest.approx(0.7434, abs=5e-5)


def test_the_hessian_is_the_slope_of_the_exact_gradient():
    (ww, wb), (bw, bb) = hessian(measure(*HOURS))
    slopes = [Fraction(2 * (1 + 4 + 9), 3), Fraction(2 * 6, 3), Fraction(2)]
    assert [ww, wb, bb] == pytest.approx([float(slope) for slope in slopes], rel=1e-15)
    assert wb == bw


@pytest.mark.parametrize("option", [{"dampening": 0.5}, {"momentum": 0.9, "nesterov": True}, {"maximize": True}])
def test_options_without_a_closed_form_here_are_refused_by_name(option):
    with pytest.raises(ValueError, match=list(option)[-1]):
        modes(measure(*HOURS), 0, 0, SGD(**option), 3)


@pytest.mark.parametrize("momentum", [1e-9, 0.3, 0.9])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_run_starts_exactly_where_it_stands_and_keeps_its_digits_for_any_momentum(momentum, share):
    s, sgd = (
        measure([1.0, -1.0], [3.0, -3.0]),
        SGD(share, momentum),
    )  # the loss is (w - 3)² + b²: both eigenvalues are 2
    expected, _ = exact_path([1, -1], [3, -3], 1, 0, {"lr": share, "momentum": momentum}, ("w",), 60)
    run = modes(s, 1.0, 0.0, sgd, 60, ("w",))
    assert run.path[0].tolist() == [-2.0]
    np.testing.assert_allclose(run.path[:, 0], expected[:, 0] - 3, rtol=0, atol=1e-14)


def test_where_both_roots_are_one_the_run_is_still_the_exact_one():
    sgd = SGD(0.125, 0.25)  # lr λ = 1/4 = (1 - √μ)², so both roots are 1/2
    expected, _ = exact_path([1], [3], 1, 0, {"lr": 0.125, "momentum": 0.25}, ("w",), 40)
    w, _ = trajectory(measure([1], [3]), 1, 0, sgd, 40, ("w",))
    np.testing.assert_allclose(w, expected[:, 0], rtol=1e-15)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_run_that_diverges_does_so_without_a_warning(momentum):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        w, b = trajectory(measure(*HOURS), 0, 0, SGD(50.0, momentum), 3000)
    assert not np.isfinite([w[-1], b[-1]]).any()


def test_a_weight_on_which_no_prediction_depends_stays():
    s = measure([0, 0], [1, 2])
    assert modes(s, 3, 0, SGD(0.1), 5, ("w",)).path.tolist() == [[0.0]] * 7
    assert trajectory(s, 3, 0, SGD(0.1), 5, ("w",))[0].tolist() == [3.0] * 7


def test_a_flat_direction_has_no_distance_to_go():
    run = modes(measure([2], [6]), 0, 0, SGD(0.1), 5)  # one point: the loss is flat along (1, -2)
    assert run.path[:, 0].tolist() == [0.0] * 7
    assert abs(run.path[0, 1]) == pytest.approx(6 / 5**0.5, rel=1e-14)  # from (0, 0) to (2.4, 1.2)


UNIT = 2.0**-40  # of x: λ is UNIT² as large, and the learning rate so much larger


def test_the_unit_of_x_changes_no_run():
    in_units = trajectory(measure([UNIT, 2 * UNIT], [3, 5]), 1 / UNIT, 0, SGD(0.1 / UNIT**2, 0.5), 20, ("w",))[0]
    expected = trajectory(measure([1.0, 2.0], [3, 5]), 1, 0, SGD(0.1, 0.5), 20, ("w",))[0]
    assert (in_units * UNIT).tolist() == expected.tolist()


def test_the_unit_of_x_changes_no_contraction_and_no_best_momentum():
    eigenvalues, lr = HOURS_EIGENVALUES * UNIT**2, 0.1 / UNIT**2
    assert contraction(eigenvalues, lr, 0.5) == contraction(HOURS_EIGENVALUES, 0.1, 0.5)
    assert best_momentum(eigenvalues, lr) == best_momentum(HOURS_EIGENVALUES, 0.1)
    assert largest_lr(eigenvalues) == largest_lr(HOURS_EIGENVALUES) / UNIT**2


def test_a_flat_loss_allows_any_learning_rate():
    assert largest_lr(np.zeros(2)) == np.inf


def test_an_eigenvalue_that_is_no_more_than_its_rounding_counts_as_flat():
    rounding = 2 * np.finfo(float).eps * 4.0  # of two eigenvalues, the larger of which is 4
    assert contraction(np.array([rounding, 4.0]), 0.125) == 0.5
    assert contraction(np.array([2 * rounding, 4.0]), 0.125) == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("parameters", [(1j, 0), (0, 1j)])
def test_parameters_that_are_no_real_numbers_are_refused(parameters):
    with pytest.raises(TypeError):
        modes(measure(*HOURS), *parameters, SGD(), 3)
