"""The lesson on the engine takes and gives what the derivation by hand does, and refuses what that refuses."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given

from compare.truth.rounding import gamma
from manual import regression, training
from manual.autograd import lesson
from manual.sgd import SGD
from tests.strategies import problems


@given(problems())
def test_the_engines_gradients_are_those_by_hand(problem):
    """Each entry of dw is a sum of n terms, of d + 4 roundings each: both sides are within γ of its terms' sizes."""
    x, y, w, b = problem
    dw, db = lesson.gradients(x, y, w, b)
    by_hand = regression.gradients(x, y, w, b)
    rows, roundings = np.abs(x.astype(float)).reshape(len(y), -1), len(y) + np.size(w) + 4
    sizes = 2 / len(y) * (rows @ np.abs(np.atleast_1d(w)) + abs(b) + np.abs(y))
    allowed = 2 * gamma(roundings, np.finfo(x.dtype).eps / 2)
    assert (np.abs(dw - by_hand[0]) <= allowed * (sizes @ rows)).all()
    assert abs(db - by_hand[1]) <= allowed * sizes.sum()
    assert (dw.dtype, np.shape(dw), db.dtype, np.shape(db)) == (x.dtype, np.shape(w), x.dtype, ())


def test_the_lessons_gradients_are_the_notebooks():
    x, y = [-5, 5, 0, 2, -2], [-6.7, 10.3, -3.3, 5.0, -5.3]
    assert lesson.gradients(x, y, 1, 1) == pytest.approx((-19.04, 2), rel=1e-15)


LEAVING = {  # x, y, lr: what leaves the numbers, in the first update or before it
    "w": ([4.0], [-0.25], 1e308),
    "b": ([0.25], [-1.0], 1e308),
    "w and b": ([1.0], [-1.0], 1e308),
    "the loss alone": ([0.0], [1e200], 1e-300),
    "nothing": ([1.0], [1.0], 0.1),
}


@pytest.mark.parametrize("name", LEAVING)
def test_whatever_leaves_the_numbers_the_run_ends_as_the_run_by_hand_without_a_warning(name):
    x, y, lr = LEAVING[name]
    for epochs, trained in itertools.product((0, 3), (("w", "b"), ("w",), ("b",), ())):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ours, hand = (train(x, y, 0, 0, SGD(lr), epochs, trained) for train in (lesson.train, training.train))
        assert ours.diverged_at == hand.diverged_at
        for one, other in zip(ours[:-1], hand[:-1], strict=True):
            np.testing.assert_array_equal(one, other)


def test_negative_epochs_are_refused():
    with pytest.raises(ValueError, match="epochs must not be negative; got -1"):
        lesson.train([1.0], [2.0], 0, 0, SGD(), -1)


def test_shapes_that_do_not_fit_are_refused_with_the_shapes():
    with pytest.raises(ValueError, match=r"x \(2,\), y \(1,\)"):
        lesson.gradients([1.0, 2.0], [1.0], 0, 0)
