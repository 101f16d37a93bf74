"""Rationals over one denominator: exact whatever they are made of, and doubles only at the very end."""

from fractions import Fraction as F
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.truth.exact import Matrix, Ratio, matrix, nearest, ratio


@given(st.lists(st.fractions() | st.integers() | st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_keep_their_value_and_order_over_one_denominator(values: list[F | int | float]) -> None:
    found = ratio(values)
    assert found.fractions() == tuple(map(F, values))
    assert found.denominator > 0


def test_the_denominator_is_the_least_that_serves() -> None:
    assert ratio([F(1, 6), 0.25, 2]) == Ratio((2, 3, 24), 12)
    assert ratio([]) == Ratio((), 1)


def test_what_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="an infinite number is no rational"):
        ratio([1.0, -inf])
    with pytest.raises(ValueError, match="NaN"):
        ratio([nan])


@pytest.mark.parametrize(
    ("numerator", "denominator", "double"),
    [
        (1, 3, 1 / 3),
        (-1, 3, -1 / 3),
        (10**400, 10**399, 10.0),
        (10**400, 1, inf),
        (-(10**400), 1, -inf),
        (10**400, -1, -inf),
        (-(10**400), -1, inf),
        (1, 10**400, 0.0),
    ],
)
def test_the_nearest_double_is_infinite_beyond_the_largest(numerator: int, denominator: int, double: float) -> None:
    assert nearest(numerator, denominator) == double
    assert Ratio((numerator, 0), denominator).floats() == [double, 0.0]


def test_a_matrix_keeps_its_rows_over_one_denominator() -> None:
    assert matrix([(F(1, 2), F(1), F(0)), (F(1, 3), F(-1), F(2))]) == Matrix(((3, 6, 0), (2, -6, 12)), 6)
    assert matrix([(F(1, 2), F(3))]) == Matrix(((1, 6),), 2)
