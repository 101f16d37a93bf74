"""What to say of one number: by its distance from the truth, the distance allowed, and what was recorded of it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import isfinite
from typing import Any

from compare.agreement.records import DIFFERS, IDENTICAL, UNCHECKED, WITHIN_ROUNDING
from compare.truth.rounding import ulp_distance


def verdict(sides: Mapping[str, Any], exact: Sequence[Fraction], bounds: Sequence[float], dtype: str) -> str:
    """The verdict of one quantity: each side's number or list of them, against the exact ones and their bounds.

    A side that has no finite number there, or a bound that is none, leaves it unchecked.
    """
    values = [listed(value) for value in sides.values()]
    if any(value is None for side in values for value in side) or not all(map(isfinite, bounds)):
        return UNCHECKED
    if any(distance(v, e) > bound for side in values for v, e, bound in zip(side, exact, bounds, strict=True)):
        return DIFFERS
    return IDENTICAL if spread(sides, dtype) == 0 else WITHIN_ROUNDING


def whole_run_verdict(sides: Mapping[str, Any], exact: Sequence[Fraction], bounds: Sequence[float], dtype: str) -> str:
    """The same after many updates: where the bound is larger than the value, being inside it says nothing."""
    found = verdict(sides, exact, bounds, dtype)
    says_nothing = any(bound and bound >= abs(value) for value, bound in zip(exact, bounds, strict=True))
    return UNCHECKED if found != DIFFERS and says_nothing else found


def distance(value: float, exact: Fraction) -> float:
    """How far a float is from a rational, as the nearest double."""
    return float(abs(Fraction(value) - exact))


def spread(sides: Mapping[str, Any], dtype: str) -> int:
    """The largest distance between any two sides, in units in the last place; sides without a number are left out."""
    present = [value for value in sides.values() if None not in listed(value)]
    return max((ulp_distance(one, other, dtype) for one, other in combinations(present, 2)), default=0)


def matches(sides: Mapping[str, Any], recorded: Any) -> dict[str, bool | None]:
    """Does each side, rounded to the digits that were printed, equal the record? None without a record."""
    if recorded is None:
        return dict.fromkeys(sides)
    prints = listed(recorded)
    return {
        side: all(is_printed_as(one, text) for one, text in zip(listed(value), prints, strict=True))
        for side, value in sides.items()
    }


def is_printed_as(value: float | None, text: str) -> bool:
    """Is the float `value`, rounded to as many digits as `text` shows, the number that `text` shows?"""
    if value is None:
        return False
    mantissa, _, exponent = text.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    return float(f"{value:.{digits}{'e' if exponent else 'f'}}") == float(text)


def listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]
