"""A run by matrix powers is the run of the loop: every option, every divergence, held against exact arithmetic."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.speed import powers
from compare.truth.descent import Descent
from manual import training
from manual.sgd import SGD
from manual.statistics import measure

HOURS = [1.0, 2.0, 3.0], [200.0, 400.0, 600.0]
U = 2.0**-53


@st.composite
def options(draw):
    """Every legal combination of the options, with learning rates that converge and that diverge."""
    momentum = draw(st.sampled_from([0.0, 0.5, 0.9]))
    nesterov = draw(st.booleans()) and momentum > 0
    dampening = 0.0 if nesterov else draw(st.sampled_from([0.0, 0.25, 1.0]))
    decay = draw(st.sampled_from([0.0, 0.01, 0.5]))
    return SGD(draw(st.sampled_from([0.001, 0.01, 0.1])), momentum, dampening, decay, nesterov, draw(st.booleans()))


trained = st.sampled_from([("w", "b"), ("w",), ("b",), ()])


def exact_states(x, y, w, b, sgd, epochs, names):
    run = Descent(x, y, w, b, vars(sgd), names, [None] * (epochs + 1))
    return np.array([state.floats()[:-1] for state in run.states])


def by_powers(x, y, lr, epochs):
    return powers.train(measure(x, y), 0, 0, SGD(lr), epochs)


def by_the_loop(x, y, lr, epochs):
    return training.train(x, y, 0, 0, SGD(lr), epochs)


def states(run):
    return np.column_stack((run.w, run.b, run.vw, run.vb))


def allowance(exact):
    """T updates, each a few roundings of the state; a mode's growth between two updates is at most that of the run."""
    growth = max(1.0, *(np.abs(exact).max(axis=1) / max(1.0, np.abs(exact[0]).max())))
    return 100 * len(exact) * U * growth * np.abs(exact).max()


@settings(max_examples=60)
@given(options(), trained, st.sampled_from([0, 1, 2, 30]))
def test_every_option_walks_the_exact_path(sgd, names, epochs):
    expected = exact_states([1, 2, 4], [3, -2, 5], 2, -1, sgd, epochs, names)
    run = powers.train(measure([1, 2, 4], [3, -2, 5]), 2, -1, sgd, epochs, names)
    assert np.abs(states(run) - expected).max() <= allowance(expected)


@settings(max_examples=30)
@given(options(), trained)
def test_features_walk_the_exact_path_too(sgd, names):
    x, y = ((1, 0), (2, 1), (0, 3)), [3, -2, 5]
    expected = exact_states(x, y, (2, 1), -1, sgd, 20, names)
    run = powers.train(measure(x, y), [2, 1], -1, sgd, 20, names)
    assert np.abs(states(run) - expected).max() <= allowance(expected)


@settings(max_examples=30)
@given(options(), trained)
def test_losses_and_gradients_are_those_of_the_loop(sgd, names):
    run, loop = powers.train(measure(*HOURS), 1, 1, sgd, 20, names), training.train(*HOURS, 1, 1, sgd, 20, names)
    for ours, theirs in zip(run[:-1], loop[:-1], strict=True):
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() <= 1e-11 * (1 + np.abs(theirs).max())


@pytest.mark.parametrize("lr", [0.19, 0.9, 5.0])
def test_divergence_is_found_where_the_loss_no_longer_fits_a_double(lr):
    run, loop = powers.train(measure(*HOURS), 0, 0, SGD(lr), 30000), training.train(*HOURS, 0, 0, SGD(lr), 30000)
    assert loop.diverged_at <= run.diverged_at
    assert run.loss[loop.diverged_at] > np.finfo(float).max / 3  # the loop overflows in the sum of its three squares
    assert [len(column) for column in run[:-1]] == [run.diverged_at + 1] * 3 + [run.diverged_at + 2] * 4


def test_the_notebooks_run_ends_where_the_exact_one_does():
    run = powers.train(measure(*HOURS), 0, 0, SGD(0.01), 200)
    assert (run.w[-1], run.b[-1], run.loss[-1]) == (
        pytest.approx(180.00992, rel=1e-7), pytest.approx(45.44215, rel=1e-7), pytest.approx(297.6649, rel=1e-7)
    )  # fmt: skip


@pytest.mark.parametrize(("w", "b", "got"), [([0, 0], 0, r"w \(2,\), b \(\)"), (0, [0], r"w \(\), b \(1,\)")])
def test_parameters_that_do_not_fit_the_data_are_refused(w, b, got):
    with pytest.raises(ValueError, match=rf"expected w \(\) and b \(\); got {got}"):
        powers.train(measure(*HOURS), w, b, SGD(), 3)


@pytest.mark.parametrize(("target", "lr", "epochs"), [(1e19, 1e300, 0), (1e-10, 1e160, 1)])
def test_parameters_that_leave_the_numbers_at_the_last_update_are_a_divergence_too(target, lr, epochs):
    run, loop = (train([1.0], [target], lr, epochs) for train in (by_powers, by_the_loop))
    assert run.diverged_at == loop.diverged_at == epochs
    assert np.isfinite(run.loss).all()
    assert not np.isfinite([run.w[-1], run.b[-1]]).any()


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_run_that_diverges_does_so_without_a_warning(momentum):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert powers.train(measure(*HOURS), 0, 0, SGD(5.0, momentum), 3000).diverged_at is not None


@pytest.mark.parametrize("parameters", [(1j, 0), (0, 1j)])
def test_parameters_that_are_no_real_numbers_are_refused(parameters):
    with pytest.raises(TypeError):
        powers.train(measure(*HOURS), *parameters, SGD(), 3)
