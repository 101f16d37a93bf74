"""torch's arithmetic by hand: where nothing rounds, every way of reckoning gives the exact result."""

import math
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

from compare.agreement.replay import Arithmetic, Before, Replayed, cascade, fma, nearest, step, total, update
from manual.sgd import SGD

WAYS = [Arithmetic(fused, lanes) for fused, lanes in product((False, True), (0, 16, 32))]
LANES = (16, 32, 64)
DTYPES = (np.float32, np.float64)
QUARTER = {"lr": 0.25}
HALF = QUARTER | {"momentum": 0.5}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize(
    ("options", "v", "after", "buffer"),
    [
        (QUARTER, None, 0, None),
        (QUARTER | {"maximize": True}, None, 4, None),
        (QUARTER | {"weight_decay": 0.5}, None, -0.25, None),
        (QUARTER | {"weight_decay": 0.5, "maximize": True}, None, 3.75, None),
        (HALF, None, 0, 8),
        (HALF, 4.0, -0.5, 10),
        (HALF, 0.0, 0, 8),
        (HALF | {"dampening": 0.75}, None, 0, 8),
        (HALF | {"dampening": 0.75}, 4.0, 1, 4),
        (HALF | {"dampening": 0.75}, 0.0, 1.5, 2),
        (HALF | {"nesterov": True}, None, -1, 8),
        (HALF | {"nesterov": True}, 4.0, -1.25, 10),
        (HALF | {"weight_decay": 0.5, "maximize": True}, 4.0, 3.25, -5),
    ],
)
def test_a_parameter_of_2_with_a_gradient_of_8_moves_by_the_rule(options, v, after, buffer, fused, dtype):
    p, moved = step(dtype(2), dtype(8), None if v is None else dtype(v), SGD(**options), fused)
    assert (p, moved) == (after, buffer)
    assert p.dtype == dtype


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(
    ("options", "trained", "buffers", "after"),
    [
        (QUARTER, ("w", "b"), (None, None), (0, 0, 0, 0)),
        (QUARTER, ("w",), (None, None), (0, 0, 0, 1)),
        (QUARTER, ("b",), (None, None), (0, 0, 2, 0)),
        (QUARTER, (), (None, None), (0, 0, 2, 1)),
        (HALF, ("w", "b"), (None, None), (8, 4, 0, 0)),
        (HALF, ("w", "b"), (4.0, -4.0), (10, 2, -0.5, 0.5)),
        (HALF, ("w",), (4.0, None), (10, 0, -0.5, 1)),
        (HALF, ("b",), (None, -4.0), (0, 2, 2, 0.5)),
    ],
)
def test_an_update_gives_the_loss_the_gradients_and_what_becomes_of_the_state(
    options, trained, buffers, after, way, dtype
):
    x, y = np.array([1, 2], dtype), np.array([3, 1], dtype)  # w x + b - y is 0 and 4
    vw, vb = (None if v is None else dtype(v) for v in buffers)
    found = update(x, y, Before(dtype(2), dtype(1), vw, vb), SGD(**options), way, trained)
    assert found == Replayed(8, 8, 4, *after)
    assert {number.dtype for number in found} == {np.dtype(dtype)}


def test_what_overflows_does_so_in_silence():
    x, y = np.float32([3e38, -3e38]), np.float32([0, 0])
    with np.errstate(over="raise", invalid="raise"):
        found = update(x, y, Before(np.float32(2), np.float32(0), None, None), SGD(), WAYS[0], ("w", "b"))
    assert found.loss == np.inf
    assert np.isnan(found.db)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("a", "b", "c", "exact"),
    [
        (2, 3, 4, 10),
        (2, -3, 5, -1),
        (0.5, 0.25, 0, 0.125),
        (0, 3, 5, 5),
        (1, 0.0, 0.0, 0.0),
        (1, -0.0, -0.0, -0.0),
        (2, 3, -6, 0.0),
        (-2, 3, 6, 0.0),
        (2, 3, math.inf, math.inf),
        (2, 3, -math.inf, -math.inf),
        (math.inf, -2, 1, -math.inf),
        (2, -math.inf, 1, -math.inf),
        (math.inf, 2, math.inf, math.inf),
    ],
)
def test_where_nothing_rounds_the_fused_multiply_add_is_exact(a, b, c, exact, dtype):
    found = fma(dtype(a), dtype(b), dtype(c))
    assert (found, math.copysign(1, found), found.dtype) == (exact, math.copysign(1, exact), dtype)


def test_a_product_beyond_the_largest_double_may_still_end_below_it():
    huge = np.float64(2.0**1000)
    assert fma(huge, huge, np.float64(0)) == np.inf
    assert fma(huge, -huge, np.float64(0)) == -np.inf
    assert fma(huge, np.float64(2.0**24), np.float64(-(2.0**1023))) == 2.0**1023


BIT, LESS = F(1, 2**24), F(1, 2**60)  # half a step of float32 after 1, and less than half a step of float64


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (1 + BIT, 1),  # in the middle of two float32: to the even one
        (1 + BIT + LESS, 1 + 2 * BIT),
        (1 + BIT - LESS, 1),
        (1 + BIT + F(1, 2**52) - LESS, 1 + 2 * BIT),  # the nearest float64 is odd, and the next one is the middle
        (1 + 3 * BIT, 1 + 4 * BIT),
        (1 + 3 * BIT + LESS, 1 + 4 * BIT),
        (1 + 3 * BIT - LESS, 1 + 2 * BIT),
        (1 + 3 * BIT - F(1, 2**52) + LESS, 1 + 2 * BIT),
        (1 + LESS, 1),
        (1 + 2 * BIT - LESS, 1 + 2 * BIT),
    ],
)
def test_a_rational_is_rounded_to_float32_once(exact, rounded, sign):
    assert F(float(nearest(sign * exact, np.float32))) == sign * rounded


@pytest.mark.parametrize("sign", [1, -1])
def test_a_rational_is_rounded_to_the_nearest_float64(sign):
    for exact in (1 + LESS, 1 - LESS / 4, 1 + BIT + LESS, 1 + BIT - LESS):
        assert F(float(nearest(sign * exact, np.float64))) == sign * round(exact * 2**52) / F(2**52)


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_number_is_added_once(dtype, lanes):
    for size in (*range(140), 511, 512, 513, 1000, 4095, 4096):
        assert total(np.arange(size, dtype=dtype), lanes) == size * (size - 1) // 2
    assert total(np.ones(3, dtype), lanes).dtype == dtype


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_sum_of_negative_zeros_is_zero_even_where_no_level_of_the_cascade_is_empty(dtype, lanes):
    rows = 16**3 + 16**2 + 16 + 1
    sizes = (1, 5, 8, 40, rows * 4 * (lanes // np.dtype(dtype).itemsize))
    assert not any(np.signbit(total(np.full(size, -0.0, dtype), lanes)) for size in sizes)


def test_seven_float32_are_dealt_out_to_four_sums_and_eight_are_one_row_of_lanes():
    numbers = np.float32([2**24, 1, 0, 0, -(2**24), 0, 0, 0])  # 2²⁴ + 1 is rounded to 2²⁴
    assert (total(numbers[:7], 32), total(numbers, 32)) == (1, 0)


def test_lanes_of_16_bytes_are_4_float32_or_2_float64():
    """Four rows of lanes are needed before the first sum gets a second one."""
    small = np.zeros(17, np.float32)
    small[[0, 1, 16]] = 2**24, 1, -(2**24)  # the tail, entry 16, comes first; entries 0 and 1 are of two lanes
    assert total(small, 16) == 1
    wide = np.array([1, 2**53, 0, 0, -(2**53)], np.float64)
    assert (total(wide, 16), total(wide, 32)) == (1, 1)
    wide = np.array([2**53, 0, 1, 0, -(2**53), 0], np.float64)
    assert (total(wide, 16), total(wide, 32)) == (0, 1)


def number_by_number(numbers):
    """The sum as ATen's `multi_row_sum` takes it, number by number."""
    size, sums, taken = len(numbers), [0.0] * 4, 0
    power = max(4, math.ceil(math.log2(size)) // 4)
    while taken + 2**power <= size:
        for number in numbers[taken : taken + 2**power]:
            sums[0] += number
        taken += 2**power
        for level in range(1, 4):
            sums[level] += sums[level - 1]
            sums[level - 1] = 0.0
            if taken >> (level * power) & (2**power - 1):
                break
    for number in numbers[taken:]:
        sums[0] += number
    return ((sums[0] + sums[1]) + sums[2]) + sums[3]


@pytest.mark.parametrize("size", [1, 15, 16, 17, 255, 256, 300, 5000, 2**16 + 4099, 2**19, 2**19 + 1])
def test_a_cascade_has_four_levels_whose_blocks_grow_with_the_array(size):
    numbers = np.random.default_rng(size).standard_normal(size)
    assert cascade(numbers) == number_by_number(numbers.tolist())
