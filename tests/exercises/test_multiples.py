"""Whether what was given is the truth times a constant, one for each number of samples: the spans of that constant."""

from array import array
from fractions import Fraction
from math import inf, nan
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compare.exercises.judging import Case, Expected, Truth
from compare.exercises.multiples import (
    LEAST,
    MOST,
    Multiple,
    Span,
    likely,
    multiples,
    samples,
)
from compare.sandbox.calls import Value

TRIAL = {"yp": (1.0, 2.0), "y": (0.0, 0.0)}
ROOM = 2.0**-20


def _case(*numbers: float, n: int = 2, shape: tuple[int, ...] | None = None) -> Case:
    trial = {"yp": (1.0,) * n, "y": (0.0,) * n}
    return Case(trial, (Value((len(numbers),) if shape is None else shape, array("d", numbers)),))


def _truth(*values: float, room: float = ROOM) -> Truth:
    return (Expected((len(values),), list(values), [room] * len(values)),)


def _of(*pairs: tuple[Case, Truth]) -> dict[int, Multiple]:
    return multiples(*zip(*pairs, strict=True))


FACTORS = st.floats(-MOST, MOST).filter(lambda c: abs(c) >= LEAST)
NUMBERS = st.lists(st.floats(-8, 8), min_size=1, max_size=4)


@given(FACTORS, st.lists(NUMBERS, min_size=1, max_size=4), st.floats(-0.99, 0.99))
def test_the_constant_lies_in_its_span_whatever_rounding_did(c: float, rows: list[list[float]], off: float) -> None:
    assume(any(abs(t) > 0.5 for row in rows for t in row))
    found = _of(*((_case(*(c * t + off * abs(c) * ROOM for t in row)), _truth(*row)) for row in rows))[2]
    (sign,) = found.spans
    low, high = found.spans[sign]
    assert sign * c > 0
    assert low <= abs(c) <= high <= 1.1 * low
    assert (found.finite, found.silent) == (True, False)


@given(FACTORS, st.floats(0.5, 8), st.floats(0.5, 8), st.floats(1.01, 2))
def test_numbers_of_two_constants_leave_none(c: float, one: float, other: float, times: float) -> None:
    found = _of((_case(c * one), _truth(one)), (_case(c * times * other), _truth(other)))
    assert found[2].spans == {}


@pytest.mark.parametrize("number", [0.5 + 0.5001 * ROOM, 0.5 - 0.5001 * ROOM, -0.5])
def test_one_number_outside_its_allowance_times_the_constant_leaves_no_constant(number: float) -> None:
    exact = (_case(0.5), _truth(1.0, room=0.0))
    assert _of(exact, (_case(0.5 + 0.4999 * ROOM), _truth(1.0)))[2].spans == {1: (0.5, 0.5)}
    assert _of(exact, (_case(number), _truth(1.0)))[2].spans == {}


def test_each_number_of_samples_has_a_constant_of_its_own() -> None:
    found = _of((_case(3.0, n=1), _truth(1.0, room=0.0)), (_case(-5.0, n=3), _truth(1.0, room=0.0)))
    assert {n: one.spans for n, one in found.items()} == {1: {1: (3.0, 3.0)}, 3: {-1: (5.0, 5.0)}}


@pytest.mark.parametrize(
    ("c", "spans"),
    [(2**-10, {1: (LEAST, LEAST)}), (-1024.0, {-1: (MOST, MOST)}), (0.999 / 1024, {}), (-1025.0, {}), (0.0, {})],
)
def test_a_constant_is_no_smaller_and_no_larger_than_the_limits(c: float, spans: dict[int, Span]) -> None:
    assert _of((_case(c), _truth(1.0, room=0.0)))[2].spans == spans


def test_a_truth_of_nothing_asks_for_nothing_and_tells_nothing() -> None:
    found = _of((_case(0.0), _truth(0.0, room=0.0)))[2]
    assert (found.spans, found.support) == ({1: (LEAST, MOST), -1: (LEAST, MOST)}, 0)
    assert _of((_case(5e-324), _truth(0.0, room=0.0)))[2].spans == {}


def test_a_truth_within_its_allowance_bounds_the_constant_but_is_no_support() -> None:
    found = _of((_case(3.0), _truth(1.0, room=2.0)))[2]
    assert found == Multiple({1: (1.0, MOST), -1: (3.0, MOST)}, 0, finite=True, silent=False)
    assert _of((_case(3.0), _truth(1.0, room=1.0)))[2].spans == {1: (1.5, MOST)}  # t − a = 0: nothing on that side


def test_support_is_counted_by_different_truths() -> None:
    same = (_case(2.0, 1.0), _truth(1.0, 0.5, room=0.0))
    other = (_case(2.0, 3.0), _truth(1.0, 1.5, room=0.0))
    assert _of(same, same)[2].support == 1
    assert _of(same, other)[2].support == 2


@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_a_number_that_is_not_finite_tells_nothing(number: float) -> None:
    good = (_case(2.0, 2.0), _truth(1.0, 1.0, room=0.0))
    bad = (_case(2.0, number), _truth(1.0, 1.0, room=0.0))
    assert _of(good, bad)[2] == Multiple({1: (2.0, 2.0)}, 1, finite=False, silent=False)
    silent = Multiple({1: (LEAST, MOST), -1: (LEAST, MOST)}, 0, finite=False, silent=True)
    assert _of(bad)[2] == _of((Case(TRIAL, None), _truth(1.0)))[2] == silent


def test_another_shape_is_no_multiple() -> None:
    right, other = (_case(2.0), _truth(1.0)), (_case(2.0, shape=()), _truth(1.0))
    assert _of(other)[2].spans == _of(right, other)[2].spans == _of(other, right)[2].spans == {}


def test_both_outputs_have_one_constant() -> None:
    two = (Value((), array("d", [2.0])), Value((), array("d", [6.0])))
    truth = (Expected((), [1.0], [0.0]), Expected((), [3.0], [0.0]))
    assert _of((Case(TRIAL, two), truth))[2].spans == {1: (2.0, 2.0)}
    assert _of((Case(TRIAL, two), (truth[0], truth[0])))[2].spans == {}


@pytest.mark.parametrize(
    ("trial", "n"), [({"w": 1.0, "x": (1.0, 2.0, 3.0), "y": (1.0, 2.0, 3.0)}, 3), ({"w": 1.0, "lr": 0.5}, 1)]
)
def test_samples_are_counted_in_the_arrays(trial: dict[str, Any], n: int) -> None:
    assert samples(trial) == n


@given(st.fractions(1, 1024, max_denominator=19), st.sampled_from([1, -1]))
def test_a_simple_constant_is_found_again(c: Fraction, sign: int) -> None:
    near = float(c) * 2.0**-20
    assert likely({sign: (float(c) - near, float(c) + near)})[0] == sign * c


@given(st.floats(LEAST, MOST), st.floats(LEAST, MOST))
def test_the_simplest_constant_lies_in_the_span_and_has_the_smallest_denominator(one: float, other: float) -> None:
    low, high = sorted([one, other])
    found, middle = likely({1: (low, high)})
    assert 2 * middle == Fraction(low) + Fraction(high)
    assert likely({-1: (low, high)}) == (-found, -middle)
    assert low <= found <= high
    smaller = range(1, min(found.denominator, 50))
    assert not any(low <= Fraction(-(-Fraction(low) * d // 1), d) <= high for d in smaller)
