"""What both sides refuse, with the shapes; and what they take."""

import numpy as np
import pytest

import manual.inputs
import manual.regression
import torch_impl.inputs
import torch_impl.regression

SIDES = [manual.regression, torch_impl.regression]
SIDES_OF_INPUTS = {manual.regression: manual.inputs, torch_impl.regression: torch_impl.inputs}
both_sides = pytest.mark.parametrize("side", SIDES, ids=["manual", "torch"])
BAD = {
    "unequal lengths": ([1.0, 2.0], [1.0], 0.0, 0.0),
    "no rows": ([], [], 0.0, 0.0),
    "no features": (np.zeros((2, 0)), [1.0, 2.0], np.zeros(0), 0.0),
    "three axes": (np.zeros((2, 2, 2)), [1.0, 2.0], np.zeros((2, 2)), 0.0),
    "targets as a column": ([1.0, 2.0], [[1.0], [2.0]], 0.0, 0.0),
    "a weight too many": ([[1.0], [2.0]], [1.0, 2.0], [1.0, 1.0], 0.0),
    "a scalar weight for a matrix": ([[1.0], [2.0]], [1.0, 2.0], 1.0, 0.0),
    "a bias a row": ([1.0, 2.0], [1.0, 2.0], 0.0, [0.0, 0.0]),
    "a scalar x": (1.0, 1.0, 0.0, 0.0),
    "nan": ([1.0, float("nan")], [1.0, 2.0], 0.0, 0.0),
    "infinity": ([1.0, 2.0], [1.0, float("inf")], 0.0, 0.0),
    "a weight too large for float32": (np.float32([1.0]), np.float32([1.0]), 1e300, 0.0),
    "text": (["1", "2"], [1.0, 2.0], 0.0, 0.0),
    "complex numbers": ([1j], [1.0], 0.0, 0.0),
    "truth values": ([True, False], [1.0, 2.0], 0.0, 0.0),
    "ragged rows": ([[1.0], [1.0, 2.0]], [1.0, 2.0], 0.0, 0.0),
    "objects": ([object()], [1.0], 0.0, 0.0),
    "nothing": (None, [1.0], 0.0, 0.0),
    "half precision": (np.float16([1.0]), [1.0], 0.0, 0.0),
}


@both_sides
@pytest.mark.parametrize("name", BAD)
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_what_is_no_regression_problem_is_refused(side, name):
    with pytest.raises(ValueError, match=r"^(expected|[xywb] )") as refusal:
        side.gradients(*BAD[name])
    assert "\n" not in str(refusal.value)


@both_sides
@pytest.mark.parametrize("name", ["unequal lengths", "no rows", "nan", "targets as a column"])
def test_a_refusal_names_the_shapes(side, name):
    with pytest.raises(ValueError, match=r"x \(\d?,?.*y \("):
        side.gradients(*BAD[name])


@both_sides
def test_integers_are_taken_as_float64(side):
    dw, db = side.gradients([1, 2], [3, 5], 1, 0)
    assert (float(dw), float(db)) == (-8.0, -5.0)
    assert str(dw.dtype).endswith("float64")


@both_sides
def test_a_callers_arrays_are_left_as_they_were(side):
    x, y = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    side.gradients(x, y, 1.0, 0.0)
    assert (x.tolist(), y.tolist()) == ([1.0, 2.0], [3.0, 5.0])


@both_sides
@pytest.mark.parametrize(("of_x", "of_y", "of_both"), [("f4", "f4", "f4"), ("f4", "f8", "f8"), ("f8", "f4", "f8")])
def test_all_are_taken_in_the_widest_dtype_of_x_and_y_whatever_w_and_b_have(side, of_x, of_y, of_both):
    taken = SIDES_OF_INPUTS[side].checked(np.ones(2, of_x), np.ones(2, of_y), np.float64(1), 0)
    assert [np.asarray(each).dtype for each in taken] == [np.dtype(of_both)] * 4


@both_sides
@pytest.mark.parametrize("dtype", ["int8", "int64", "uint8"])
def test_small_integers_do_not_run_over(side, dtype):
    x = np.array([100, 120], dtype)
    dw, db = side.gradients(x, x, np.array(2, dtype), np.array(0, dtype))
    assert (float(dw), float(db)) == (24400.0, 220.0)  # (2/2) (100² + 120²) and (2/2) (100 + 120)
