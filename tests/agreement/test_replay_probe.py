"""The probe tells every arithmetic that a torch may have from every other, by its sums and multiply-adds alone."""

from functools import partial
from itertools import combinations, product

import numpy as np
import pytest

from compare.agreement.replay import DTYPES, LANES, SIZES, Arithmetic, fma, numbers, probe, total


def rounded_twice(a, b, c):
    return a * b + c


@pytest.mark.parametrize(("fused", "lanes"), [*product((True, False), LANES)])
def test_an_arithmetic_is_seen_to_be_what_it_is(fused, lanes):
    assert probe(partial(total, lanes=lanes), fma if fused else rounded_twice) == Arithmetic(fused, lanes)


def test_numpys_own_sums_and_sums_in_an_unknown_order_have_no_lanes():
    for summed in (np.sum, lambda v: np.add.accumulate(v)[-1], lambda v: total(v[::-1], 32)):
        assert probe(summed, fma) == Arithmetic(True, 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_holds_in_one_dtype_alone_is_not_relied_on(dtype):
    def summed(v):
        return total(v, 32) if v.dtype == dtype else np.sum(v)

    def multiply_add(a, b, c):
        return fma(a, b, c) if type(a) is dtype else rounded_twice(a, b, c)

    assert probe(summed, multiply_add) == Arithmetic(False, 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_sums_of_the_probe_tell_any_two_orders_apart_in_two_sizes_at_least(dtype):
    series = [numbers(size, dtype) for size in SIZES]
    orders = [partial(total, lanes=lanes) for lanes in LANES] + [np.sum]
    sums = [[order(v) for v in series] for order in orders]
    for one, other in combinations(sums, 2):
        assert sum(a != b for a, b in zip(one, other, strict=True)) >= 2


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_numbers_are_multiples_of_7919_modulo_1009_over_1013(dtype):
    found = numbers(3, dtype)
    assert found.dtype == dtype
    assert found.tolist() == [dtype(856) / dtype(1013), dtype(703) / dtype(1013), dtype(550) / dtype(1013)]


def test_the_widths_are_those_of_neon_avx2_and_avx512():
    assert LANES == (256 // 8, 128 // 8, 512 // 8)
