"""Numbers that know how far rounding may carry a right program from them.

    value      exact, a Fraction, as long as the formulas are rational; a float after the first function
    magnitude  the sum of the absolute monomials since the last fresh start
    count      the roundings that the largest of them has been through, in any order of a sum
    error      what earlier stages may have left: absolute, in units of U
    carried    the same of a run's earlier steps, by step: with its sign, as such errors may cancel

A program that computes a polynomial in any form is off by count · magnitude · U at most. A function or a division turns
that into error through its derivative, and starts anew. U is four of float32's roundings: room for any rearrangement,
which has more of them than the formula (`(a - b)²` becomes `a² - 2ab + b²`).

    sum       magnitudes and errors add         product   |a|·err(b) + |b|·err(a) + err(a)·err(b)
    f(a)      |f'(a)|·err(a) + |f''(a)|/2·err(a)², three roundings of its own
"""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

U = 4 * 2.0**-24
UNDERFLOW = 2.0**-140  # what a product may lose that float32 can hardly hold
NEAR = 64  # errors within which a comparison may come out either way
LONGEST = 3000  # bits of a numerator or denominator: what is longer goes on as a float
OF_FUNCTION, OF_DIVISION = 3, 1  # roundings
STEEPEST = {"exp": 20.0, "sigmoid": 4.0, "log": math.inf, "sqrt": math.inf, "tanh": 20.0}  # sizes of arguments
SIZES = {"tanh": 1.0}  # of the parts of a function: 1 - 2/(exp(2a) + 1) is a difference of ones, however small a is


class Undefined(Exception):
    """There is no telling here what is right: a kink, a division by zero, an argument that is too steep."""


class Number:
    """A value with its roundings; see above."""

    __slots__ = ("carried", "count", "error", "magnitude", "value")

    def __init__(
        self,
        value: Any,
        magnitude: float,
        count: int = 0,
        error: float = 0.0,
        carried: Mapping[object, float] | None = None,
    ) -> None:
        self.value, self.magnitude, self.count, self.error, self.carried = value, magnitude, count, error, carried

    @property
    def allowance(self) -> float:
        """How far from `value` a right answer may be."""
        return self.own + sum(map(abs, self.carried.values())) if self.carried else self.own

    @property
    def own(self) -> float:
        """The same without what a run's earlier steps left."""
        return self.count * self.magnitude * U + self.error + UNDERFLOW

    def fresh(self, step: object) -> "Number":
        """The same number at the head of a run's step: its own error becomes one that is carried on."""
        own = self.own
        carried = {**self.carried, step: own} if self.carried else {step: own}
        return Number(self.value, abs(float(self.value)), 0, 0.0, carried)

    def __neg__(self) -> "Number":
        carried = {step: -by for step, by in self.carried.items()} if self.carried else None
        return Number(-self.value, self.magnitude, self.count, self.error, carried)

    def __abs__(self) -> "Number":
        return -self if below(self, 0) else self

    def __add__(self, other: Any) -> "Number":
        b = number(other)
        count = (self.count if self.count > b.count else b.count) + 1
        carried = self.carried or b.carried
        if self.carried and b.carried:
            carried = _sum(self.carried, b.carried)
        return Number(self.value + b.value, self.magnitude + b.magnitude, count, self.error + b.error, carried)

    __radd__ = __add__

    def __sub__(self, other: Any) -> "Number":
        return self + -number(other)

    def __rsub__(self, other: Any) -> "Number":
        return number(other) + -self

    def __mul__(self, other: Any) -> "Number":
        b = number(other)
        value, count = _short(self.value * b.value), self.count + b.count + 1
        error = 0.0
        if self.error or b.error or self.carried or b.carried:
            error = self.magnitude * b.error + b.magnitude * self.error + self._passed_on * b._passed_on
        carried = self.carried and {step: by * float(b.value) for step, by in self.carried.items()}
        if b.carried:
            own = {step: by * float(self.value) for step, by in b.carried.items()}
            carried = _sum(carried, own) if carried else own
        return Number(value, self.magnitude * b.magnitude, count, error, carried)

    __rmul__ = __mul__

    @property
    def _passed_on(self) -> float:
        """The error that comes from earlier stages."""
        return self.error + (sum(map(abs, self.carried.values())) if self.carried else 0.0)

    def __truediv__(self, other: Any) -> "Number":
        if isinstance(other, (int, Fraction)):
            b = Fraction(other)
            _nonzero(b)
            exactly = Number(1 / b, abs(1 / float(b)))
            return exactly * self
        return self * reciprocal(other)

    def __rtruediv__(self, other: Any) -> "Number":
        return number(other) * reciprocal(self)

    def __pow__(self, exponent: Any) -> "Number":
        """A power. Raises `Undefined` for one that is no number here."""
        if isinstance(exponent, Number):
            exponent = exponent.value
        if exponent != int(exponent):
            return _power(self, Fraction(exponent))
        whole = abs(int(exponent))
        found = number(1) if whole == 0 else self
        for digit in bin(whole)[3:] if whole else "":
            found = found * found
            found = found * self if digit == "1" else found
        return reciprocal(found) if exponent < 0 else found

    def __rpow__(self, base: Any) -> "Number":
        return number(base) ** self


def number(value: Any) -> Number:
    """A plain number as one of ours; a fraction that no float holds has been rounded once, a root more often."""
    if isinstance(value, Number):
        return value
    if isinstance(value, float):
        return Number(value, abs(value), OF_FUNCTION)
    rounded = isinstance(value, Fraction) and value.denominator & (value.denominator - 1) != 0
    return Number(value, abs(float(value)), int(rounded))


def reciprocal(given: Any) -> Number:
    """1 / a. Raises `Undefined` where a is 0, or as near to it as rounding may bring it."""
    a = number(given)
    _nonzero(a.value)
    if abs(float(a.value)) <= NEAR * (a.allowance - UNDERFLOW):
        raise Undefined
    value = 1 / a.value if isinstance(a.value, float) else Fraction(1) / a.value
    near = float(value)
    return _through(a, value, -near * near, 2 * near**3, OF_DIVISION)


def _through(a: Number, value: Any, slope: float, bend: float, roundings: int, size: float = 0.0) -> Number:
    """f(a), where f has that value, derivative and second derivative, and may be put together from parts of `size`."""
    own = a.own - UNDERFLOW
    error = abs(slope) * own
    if a.carried or own:
        whole = a.allowance
        error += abs(bend) / 2 * whole * whole
    carried = {step: slope * by for step, by in a.carried.items()} if a.carried else None
    return Number(value, max(abs(float(value)), size), roundings, error, carried)


def _power(a: Number, exponent: Fraction) -> Number:
    base, power = float(a.value), float(exponent)
    if base <= 0:
        raise Undefined
    value = base**power
    return _through(a, value, power * value / base, power * (power - 1) * value / base**2, OF_FUNCTION)


def _function(name: str, of: Callable[[float], tuple[float, float, float]]) -> Callable[[Any], Number]:
    """The function over our numbers: `of` gives value, derivative and second derivative."""

    def applied(given: Any) -> Number:
        a = number(given)
        at = float(a.value)
        if not abs(at) <= STEEPEST[name]:
            raise Undefined
        try:
            return _through(a, *of(at), OF_FUNCTION, SIZES.get(name, 0.0))
        except (ValueError, ZeroDivisionError, OverflowError):
            raise Undefined from None

    return applied


def _exp(a: float) -> tuple[float, float, float]:
    return math.exp(a), math.exp(a), math.exp(a)


def _log(a: float) -> tuple[float, float, float]:
    return math.log(a), 1 / a, -1 / a**2


def _sqrt(a: float) -> tuple[float, float, float]:
    root = math.sqrt(a)
    return root, 1 / (2 * root), -1 / (4 * root**3)


def _tanh(a: float) -> tuple[float, float, float]:
    value = math.tanh(a)
    return value, 1 - value**2, -2 * value * (1 - value**2)


def _sigmoid(a: float) -> tuple[float, float, float]:
    value = 1 / (1 + math.exp(-a))
    slope = value * (1 - value)
    return value, slope, slope * (1 - 2 * value)


FUNCTIONS = {
    name: _function(name, of)
    for name, of in (("exp", _exp), ("log", _log), ("sqrt", _sqrt), ("tanh", _tanh), ("sigmoid", _sigmoid))
}


def below(one: Any, other: Any) -> bool:
    """Is one less than the other? Raises `Undefined` where rounding may say either."""
    if isinstance(one, (int, Fraction)) and isinstance(other, (int, Fraction)):
        return one < other
    apart = number(one) + -number(other)
    if abs(float(apart.value)) <= NEAR * (apart.allowance - UNDERFLOW):
        raise Undefined
    return bool(apart.value < 0)


def same(one: Any, other: Any) -> bool:
    """Are both equal? Raises `Undefined` where rounding may say either."""
    if isinstance(one, (int, Fraction)) and isinstance(other, (int, Fraction)):
        return one == other
    below(one, other)
    return False


def cut(given: Any) -> Any:
    """The whole number next to it towards 0. Raises `Undefined` where rounding may say either."""
    if not isinstance(given, Number):
        return float(math.trunc(given))
    value = Fraction(given.value)
    if given.count and abs(float(value - round(value))) <= NEAR * (given.allowance - UNDERFLOW):
        raise Undefined
    return number(math.trunc(value))


def _nonzero(value: Any) -> None:
    if value == 0:
        raise Undefined


def _short(value: Any) -> Any:
    if type(value) is Fraction and max(value.denominator, abs(value.numerator)).bit_length() > LONGEST:
        return float(value)  # beyond the largest float, an OverflowError: there is no value here
    return value


def _sum(one: Mapping[object, float], other: Mapping[object, float]) -> dict[object, float]:
    found = dict(one)
    for step, by in other.items():
        found[step] = found.get(step, 0.0) + by
    return found
