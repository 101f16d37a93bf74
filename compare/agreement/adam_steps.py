"""One update of Adam, from a program's own p, m and v, held to what exact arithmetic makes of them.

Everything is rational but one root, and a root lies between two integers: ⌊√n⌋ and ⌊√n⌋ + 1, here at 256 bits. So the
exact step lies in an interval that is far narrower than any float, and a program's must lie within its rounding of it:

    m' = β₁ m + (1 - β₁) g       or m + w (g - m), w = 1 - β₁: 7 roundings of |m| + 2 w |m| + w |g|
    v' = β₂ v + (1 - β₂) g²      no term is negative: 8 roundings of v' itself; its root has half of them, and its own
    w = 1 - β                    in doubles: a rounding of β, β/w times as large in w; so 2 of them, of |m| + |g|
    c = 1 - βᵗ                   in doubles: t + 2 roundings of βᵗ, which are βᵗ/c times as large in c
    step = lr/c₁ · m'/(√v'/√c₂ + eps)     12 roundings more, and what m' brings along; p - step: one of each

Where the second moment underflows, or its root is no larger than eps, eps decides the step: that is *unchecked*.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt
from typing import Any, NamedTuple

from compare.truth.rounding import Precision, gamma

BITS = 256
DOUBLE = Fraction(2.0**-53)


class Moments(NamedTuple):
    """A parameter and its two running means."""

    p: float
    m: float
    v: float


class Interval(NamedTuple):
    """Where an exact number lies."""

    low: Fraction
    high: Fraction


def root(square: Fraction) -> Interval:
    """Where the root of a number that is not negative lies, to 2⁻²⁵⁶."""
    whole = isqrt((square.numerator << 2 * BITS) // square.denominator)
    return Interval(Fraction(whole, 1 << BITS), Fraction(whole + 1, 1 << BITS))


def verdict(
    before: Moments, gradient: float, after: Moments, t: int, options: Mapping[str, Any], precision: Precision
) -> str:
    """ "right", "wrong" or "unchecked" of one update, the (t + 1)-th, whose options are `torch.optim.Adam`'s.

    Numbers are taken exactly, options as decimals where they are strings or Fractions. Raises `OverflowError` or
    `ValueError` where a number is not finite.
    """
    lr, one, two, eps, decay = (Fraction(options[name]) for name in ("lr", "beta1", "beta2", "eps", "weight_decay"))
    p, m, v = map(Fraction, before)
    g = (-1 if options["maximize"] else 1) * Fraction(gradient) + decay * p
    rough = abs(Fraction(gradient)) + decay * abs(p)  # of g before what cancels in it
    new_m, new_v = one * m + (1 - one) * g, two * v + (1 - two) * g * g
    first, second = 1 - one ** (t + 1), 1 - two ** (t + 1)
    size = root(new_v / second)
    if size.low <= eps or new_v * Fraction(precision.u) <= Fraction(precision.tiny):
        return "unchecked"
    ends = [lr / first * new_m / (end + eps) for end in size]
    u, tiny = precision.u, Fraction(precision.tiny)
    extra = 4 if decay else 0
    of_m = (
        _share(7 + extra, u) * (abs(m) * (3 - 2 * one) + (1 - one) * rough) + 2 * DOUBLE * (abs(m) + rough) + 8 * tiny
    )
    of_v = _share(8, u) * new_v + (2 * _share(extra, u) * (1 - two) + 2 * DOUBLE) * rough * rough + 8 * tiny
    most = max(map(abs, ends))
    doubles = DOUBLE * (t + 3) * ((1 - first) / first + (1 - second) / second)
    relative = _share(12, u) + doubles + of_v / new_v
    of_p = Fraction(u) * (abs(p) + most) + most * relative + lr / first * of_m / size.low + 8 * tiny * (1 + lr)
    low, high = sorted(p - end for end in ends)
    slack = Fraction(17, 16)  # products of the errors above, each below 2⁻¹⁶
    right = (
        low - slack * of_p <= Fraction(after.p) <= high + slack * of_p
        and abs(Fraction(after.m) - new_m) <= slack * of_m
        and abs(Fraction(after.v) - new_v) <= slack * of_v
    )
    return "right" if right else "wrong"


def _share(roundings: int, u: float) -> Fraction:
    return Fraction(gamma(roundings, u))
