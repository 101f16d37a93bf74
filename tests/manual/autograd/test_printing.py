"""A tensor's text equals torch's own, to the character."""

import itertools
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from manual import autograd

SHAPES = st.one_of(
    st.just(()),
    st.tuples(st.integers(0, 1000)),
    st.integers(0, 40).flatmap(lambda rows: st.tuples(st.just(rows), st.integers(0, 1000 // max(rows, 1)))),
)
LONG = st.one_of(
    st.tuples(st.integers(1001, 1300)),
    st.tuples(st.integers(1, 400), st.integers(1, 400)).filter(lambda shape: shape[0] * shape[1] > 1000),
)
ODD = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-45, 3e38, 1e8, 1e-4, 999.5, 1000.0, 0.99999, 1.0])
SPREADS = {
    "small": lambda random, shape: random.normal(size=shape),
    "whole": lambda random, shape: np.round(random.normal(size=shape) * 50),
    "money": lambda random, shape: np.round(random.normal(size=shape) * 100, 2),
    "large": lambda random, shape: random.normal(size=shape) * 1e5,
    "far apart": lambda random, shape: random.normal(size=shape) * 10.0 ** random.integers(-30, 30, shape),
    "odd": lambda random, shape: random.choice(ODD, shape),
    "some odd": lambda random, shape: np.where(random.random(shape) < 0.1, random.choice(ODD, shape), 2.5),
    "some not finite": lambda random, shape: np.where(random.random(shape) < 0.3, np.nan, random.integers(0, 9, shape)),
}


def array(seed, shape, spread, dtype):
    with np.errstate(over="ignore"):
        return np.asarray(SPREADS[spread](np.random.default_rng(seed), shape)).astype(dtype)


@given(st.integers(0, 9999), SHAPES, st.sampled_from(sorted(SPREADS)), st.sampled_from(["float32", "float64"]))
def test_floats_print_as_in_torch(seed, shape, spread, dtype):
    values = array(seed, shape, spread, dtype)
    assert repr(autograd.tensor(values)) == repr(torch.tensor(values))


@given(st.integers(0, 9999), SHAPES, st.sampled_from(["int64", "int32", "bool"]), st.integers(0, 18))
def test_integers_and_truth_values_print_as_in_torch(seed, shape, dtype, magnitude):
    values = np.random.default_rng(seed).integers(-(10**magnitude), 10**magnitude + 1, shape).astype(dtype)
    assert repr(autograd.tensor(values)) == repr(torch.tensor(values))


@given(st.integers(0, 9999), LONG, st.sampled_from(sorted(SPREADS)))
def test_more_than_a_thousand_entries_are_shortened_as_in_torch(seed, shape, spread):
    values = array(seed, shape, spread, "float32")
    assert repr(autograd.tensor(values)) == repr(torch.tensor(values))


@pytest.mark.parametrize("size", [1000, 1001])
def test_a_thousand_entries_are_the_most_that_are_printed_whole(size):
    assert repr(autograd.tensor(np.arange(size))) == repr(torch.arange(size))


@pytest.mark.parametrize("place", [(0, 0), (3, 0), (0, 3), (6, 199), (6, 0), (4, 0)])
def test_the_entries_left_out_do_not_widen_the_others(place):
    values = np.ones((7, 200))
    values[place] = 12345.5
    assert repr(autograd.tensor(values)) == repr(torch.tensor(values))


LIMITS = [1e-4, 9.99e-5, 1.01e-4, 1.0, 1.5, 1000.0, 1000.5, 1001.0, 1500.0, 1500.75, 1501.5, 1e8, 1e8 + 1, 1e8 + 0.5]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_turn_scientific_where_they_do_in_torch(dtype):
    for values in itertools.combinations_with_replacement(LIMITS, 2):
        entries = np.array(values, dtype)
        assert repr(autograd.tensor(entries)) == repr(torch.tensor(entries))


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, 1.0])
def test_a_line_holds_as_many_equal_entries_as_in_torch(value):
    for shape in ((60,), (2, 60)):
        values = np.full(shape, value)
        assert repr(autograd.tensor(values)) == repr(torch.tensor(values))


def test_numbers_as_far_apart_as_floats_go_print_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text = repr(autograd.tensor(np.array([1e-300, 1e300])))
    assert text == "tensor([1.0000e-300, 1.0000e+300], dtype=torch.float64)"


@pytest.mark.parametrize("depth", [1, 20, 38, 40, 45, 60])
def test_a_deep_tensor_prints_as_in_torch(depth):
    values = np.full((1,) * depth + (3,), -(10**18))
    assert repr(autograd.tensor(values)) == repr(torch.tensor(values))


def test_a_suffix_wraps_at_the_very_character_where_torch_wraps_it():
    for digits, count in itertools.product(range(9), range(1, 30)):
        values = np.full(count, 10**digits, "int32")
        assert repr(autograd.tensor(values)) == repr(torch.tensor(values))


@pytest.mark.parametrize("last", [1, 10, 100])
def test_an_empty_tensor_of_any_depth_shows_its_size_and_the_rest_as_torch_does(last):
    for depth in range(60):
        shape = (0,) + (1,) * depth + (last,)
        ours, theirs = (side.zeros(shape, dtype=side.float64, requires_grad=True) for side in (autograd, torch))
        assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("shape", [(2, 600), (600, 2), (6, 200), (7, 200), (200, 6), (200, 7)])
def test_an_axis_of_six_entries_or_fewer_is_printed_whole(shape):
    values = array(7, shape, "large", "float32")
    assert repr(autograd.tensor(values)) == repr(torch.tensor(values))


@given(st.integers(0, 9999), SHAPES, st.sampled_from(["float32", "float64"]))
def test_the_suffixes_wrap_where_torch_wraps_them(seed, shape, dtype):
    values = array(seed, shape, "small", dtype)
    ours, theirs = (side.tensor(values, requires_grad=True) for side in (autograd, torch))
    assert repr(ours) == repr(theirs)
    assert repr(ours * 2) == repr(theirs * 2)
    whole = array(seed, shape, "whole", dtype)  # whose sum is exact in any order
    ours, theirs = (side.tensor(whole, requires_grad=True).sum() for side in (autograd, torch))
    assert str(ours) == str(theirs)


@given(st.floats(width=32), st.sampled_from(["", ".4f", ".2e", "10.3f", ">12", "g"]))
def test_a_single_entry_formats_as_in_torch(value, spec):
    assert format(autograd.tensor(value), spec) == format(torch.tensor(value), spec)


def test_a_format_with_digits_is_refused_for_several_entries():
    for side in (autograd, torch):
        with pytest.raises(TypeError, match="unsupported format string"):
            f"{side.ones(2):.4f}"
        assert f"{side.ones(2)}" == "tensor([1., 1.])"


def test_shapes_and_dtypes_print_as_in_torch():
    for side in (autograd, torch):
        x = side.zeros(3, 1)
        assert f"{x.shape} {x.size()} {x.dtype} {x.double().dtype} {x.long().dtype}" == (
            "torch.Size([3, 1]) torch.Size([3, 1]) torch.float32 torch.float64 torch.int64"
        )


def test_fractions_print_as_fractions():
    from fractions import Fraction

    assert repr(autograd.tensor([Fraction(1, 3), Fraction(-2)])) == "tensor([1/3,  -2], dtype=torch.object)"
