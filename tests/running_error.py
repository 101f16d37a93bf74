"""Numbers that know how far a float program may have strayed from the truth (not a test).

The engine runs on object arrays. Run on these numbers, a graph and its way back compute a bound for every value: each
operation adds its own rounding, at most `ulps` units u of its result, to what its operands' errors become. A sum of k
terms is off by at most k u times the terms' absolute values in any order of summation (Higham, section 4.2), so a sum
keeps its terms' count and sizes until it is used.
"""

import math
from dataclasses import dataclass, replace

import numpy as np


class Undecided(ArithmeticError):
    """A sign or a denominator that rounding may turn: two correct programs may differ here."""


@dataclass(frozen=True, eq=False)
class Strayed:
    """A value, the error that its terms brought along, the sum of the terms' absolute values, their count, and u."""

    value: float
    inherited: float
    size: float
    terms: int
    u: float

    @property
    def error(self):
        return 1.01 * (self.inherited + self.terms * self.u * self.size)  # the bounds themselves are rounded

    def result(self, value, inherited, ulps=1):
        return Strayed(value, inherited + ulps * self.u * (abs(value) + inherited), abs(value) + inherited, 0, self.u)

    def of(self, other):
        other = other.item() if isinstance(other, np.ndarray) else other
        return other if isinstance(other, Strayed) else Strayed(float(other), 0.0, abs(float(other)), 0, self.u)

    def __add__(self, other):
        a, b = self, self.of(other)
        terms = max(a.terms, 1) + max(b.terms, 1)
        return Strayed(a.value + b.value, a.inherited + b.inherited, a.size + b.size, terms, self.u)

    def __mul__(self, other):
        a, b = self, self.of(other)
        return self.result(a.value * b.value, abs(a.value) * b.error + abs(b.value) * a.error + a.error * b.error)

    def __truediv__(self, other):
        a, b = self, self.of(other)
        if abs(b.value) <= 2 * b.error:
            raise Undecided
        value = a.value / b.value
        return self.result(value, (a.error + abs(value) * b.error) / (abs(b.value) - b.error), ulps=2)

    def __neg__(self):
        return replace(self, value=-self.value)

    def __sub__(self, other):
        return self + -self.of(other)

    def __rsub__(self, other):
        return self.of(other) - self

    def __rtruediv__(self, other):
        return self.of(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        value = math.exp(self.value)
        return self.result(value, value * math.expm1(self.error), ulps=8)

    def log(self):
        return self.result(math.log(self.value), -math.log1p(-self.error / self.value), ulps=8)

    def tanh(self):
        return self.result(math.tanh(self.value), self.error, ulps=8)

    def sqrt(self):
        value = math.sqrt(self.value)
        return self.result(value, self.error / value)

    def __abs__(self):
        return self if self > 0 else -self

    def decided(self):
        if 0 < abs(self.value) <= self.error or (self.value == 0 and self.error):
            raise Undecided
        return self.value

    def __gt__(self, other):
        return (self - other).decided() > 0

    def __lt__(self, other):
        return (self - other).decided() < 0

    def __ge__(self, other):
        return (self - other).decided() >= 0

    def __le__(self, other):
        return (self - other).decided() <= 0

    def __eq__(self, other):
        return (self - other).decided() == 0

    __hash__ = None


def strayed(array, u):
    """An array of numbers without error, to be computed with in arithmetic of unit roundoff u."""
    known = np.frompyfunc(lambda value: Strayed(float(value), 0.0, abs(float(value)), 0, u), 1, 1)
    return np.asarray(known(array), object)
