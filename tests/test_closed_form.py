"""What the eigenvalues predict is what gradient descent does."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.agreement.descent import Descent
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


@pytest.mark.parametrize("option", [{"momentum": 0.9, "dampening": 0.5}, {"momentum": 0.9, "nesterov": True}])
def test_options_without_a_closed_form_here_are_refused_by_name(option):
    with pytest.raises(ValueError, match=list(option)[-1]):
        modes(measure(*HOURS), 0, 0, SGD(**option), 3)
