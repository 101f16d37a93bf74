"""The lesson on the engine takes and gives what the derivation by hand does, and refuses what that refuses."""

import numpy as np
import pytest
from hypothesis import given
from strategies import problems

from compare.agreement.rounding import gamma
from manual import regression
from manual.autograd import lesson
from manual.sgd import SGD


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


def test_negative_epochs_are_refused():
    with pytest.raises(ValueError, match="epochs must not be negative; got -1"):
        lesson.train([1.0], [2.0], 0, 0, SGD(), -1)


def test_shapes_that_do_not_fit_are_refused_with_the_shapes():
    with pytest.raises(ValueError, match=r"x \(2,\), y \(1,\)"):
        lesson.gradients([1.0, 2.0], [1.0], 0, 0)
