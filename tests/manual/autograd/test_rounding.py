"""What of torch's rounding the engine has, to the bit: its short sums, and functions rounded once."""

import numpy as np
import pytest
import torch

from compare.agreement.torch_side import arithmetic
from manual.autograd.rounding import LARGE, masked, rounded, summed

ORDERED = pytest.mark.skipif(arithmetic().lanes != 32, reason="about torch on x86-64, in whose order the engine adds")
RANDOM = np.random.default_rng(5)


def entries(shape, dtype):
    return (RANDOM.normal(size=shape) * 10.0 ** RANDOM.integers(-3, 3, shape)).astype(dtype)


@ORDERED
@pytest.mark.parametrize(("dtype", "longest"), [("float32", 511), ("float64", 255)])
def test_a_short_sum_has_torchs_bits(dtype, longest):
    for n in range(1, longest + 1):
        v = entries(n, dtype)
        assert summed(v) == torch.from_numpy(v).sum().numpy(), n


@ORDERED
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_short_sum_along_an_axis_has_torchs_bits(axis, dtype):
    for rows in range(1, 17):
        for columns in (1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 40):
            v = entries((rows, columns), dtype)
            for keep in (False, True):
                theirs = torch.from_numpy(v).sum(axis, keepdim=keep).numpy()
                np.testing.assert_array_equal(summed(v, (axis,), keep), theirs, err_msg=str(v.shape))


@ORDERED
def test_narrow_columns_of_up_to_63_rows_have_torchs_bits_too():
    for rows in range(17, 64):
        for columns in (1, 2, 3):
            v = entries((rows, columns), "float32")
            np.testing.assert_array_equal(summed(v, (0,)), torch.from_numpy(v).sum(0).numpy())


def test_longer_sums_and_those_along_other_axes_are_numpys():
    for shape, axis in (((600,), None), ((70, 3), (0,)), ((2, 600), (1,)), ((2, 3, 4), (1,)), ((2, 3, 4), (0, 2))):
        v = entries(shape, "float32")
        np.testing.assert_array_equal(summed(v, axis), np.add.reduce(v, axis))
        np.testing.assert_array_equal(summed(v, axis, True), np.add.reduce(v, axis, keepdims=True))
    assert summed(np.arange(10)) == 45


def test_a_function_of_float32_is_found_in_doubles_and_rounded_once():
    few, many = RANDOM.uniform(-3, 3, 100).astype("float32"), np.linspace(-3, 3, LARGE, dtype="float32")
    np.testing.assert_array_equal(rounded(np.exp)(few), np.exp(few.astype("float64")).astype("float32"))
    np.testing.assert_array_equal(rounded(np.exp)(many), np.exp(many))
    assert (rounded(np.exp)(many[:-1]) != np.exp(many[:-1])).any()
    assert rounded(np.exp)(few.astype("float64")).dtype == np.float64
    assert rounded(np.exp)(1.0) == np.exp(1.0)


@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid"])
def test_the_functions_that_a_network_prints_have_torchs_bits_nearly_always(name):
    from manual import autograd

    v = RANDOM.uniform(-5, 5, 4000).astype("float32")
    ours, theirs = (getattr(side, name)(side.tensor(v)).numpy() for side in (autograd, torch))
    assert (ours != theirs).mean() < 0.1
    np.testing.assert_array_max_ulp(ours, theirs, maxulp=2)


@pytest.mark.parametrize("size", [10, LARGE - 1, LARGE, LARGE + 1])
@pytest.mark.parametrize("odd", [0.0, np.inf, -np.inf, np.nan])
def test_what_is_shut_has_no_gradient_whatever_arrives_there(size, odd):
    g, shut = entries(size, "float32"), RANDOM.random(size) < 0.5
    g[:4], shut[:4] = (odd, odd, 1, 1), (True, False, True, False)
    masked_g = masked(g, shut, np.float32(0))
    np.testing.assert_array_equal(masked_g, np.where(shut, np.float32(0), g))
    assert masked_g.dtype == np.float32
