"""Several rationals over one denominator that is never reduced: exact, and fast enough to be everywhere."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import inf, lcm
from typing import NamedTuple, TypeAlias

Row: TypeAlias = tuple[Fraction, ...]  # a linear form, by its coefficients


class Ratio(NamedTuple):
    """Several rationals over one denominator, never reduced."""

    numerators: tuple[int, ...]
    denominator: int

    def fractions(self) -> tuple[Fraction, ...]:
        return tuple(Fraction(numerator, self.denominator) for numerator in self.numerators)

    def floats(self) -> list[float]:
        """The nearest double of each, ±inf beyond the largest."""
        return [nearest(numerator, self.denominator) for numerator in self.numerators]


class Matrix(NamedTuple):
    """A matrix of rationals over one denominator."""

    rows: tuple[tuple[int, ...], ...]
    denominator: int


def ratio(values: Iterable[Fraction | float | int]) -> Ratio:
    """Those numbers, exactly: a float is the rational it stands for. Raises `ValueError` where one is not finite."""
    try:
        pairs = [value.as_integer_ratio() for value in values]
    except OverflowError:
        raise ValueError("an infinite number is no rational") from None
    denominator = lcm(*(below for _, below in pairs))
    return Ratio(tuple(above * (denominator // below) for above, below in pairs), denominator)


def nearest(numerator: int, denominator: int) -> float:
    """The double nearest to numerator/denominator; ±inf where it is beyond the largest."""
    try:
        return numerator / denominator
    except OverflowError:
        return inf if (numerator > 0) == (denominator > 0) else -inf


def matrix(rows: Sequence[Row]) -> Matrix:
    """Those rows of rationals, over one denominator."""
    flat = ratio(value for row in rows for value in row)
    width = len(rows[0])
    return Matrix(
        tuple(flat.numerators[i : i + width] for i in range(0, len(flat.numerators), width)), flat.denominator
    )
