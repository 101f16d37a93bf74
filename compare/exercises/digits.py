"""Numbers as they were written: their value, and how far the last digit lets the meant number be from it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from math import isfinite, nan
from typing import NamedTuple

MINUS = str.maketrans("\u2212", "-")  # as a typeset document has it
HALF = 0.5 + 2.0**-40  # the powers of ten below are rounded themselves


class Printed(NamedTuple):
    """A printed number; NaN where it is not finite. `half` is half a unit of its last digit."""

    value: float
    half: float

    def is_near(self, value: float, room: float) -> bool:
        """Could it stand for a number within `room` of `value`? A room without end lets anything pass."""
        if not isfinite(room) or not isfinite(value):
            return True
        return abs(self.value - value) <= self.half + room


def printed(text: str) -> Printed:
    """One number to the digits given: "-9.52" stands for anything from -9.525 to -9.515.

    Raises `ValueError` where it is no number.
    """
    value = float(text)
    return _printed(value, _last_digit(_decimal(text))) if isfinite(value) else Printed(nan, 0.0)


def plain(text: str) -> str:
    """`text` with the minus sign that Python reads."""
    return text.translate(MINUS)


def printed_list(texts: Sequence[str]) -> tuple[Printed, ...]:
    """The numbers of one list: all to the same decimal place, else all to as many digits, or places, as any has.

    The doubles 4.0 and 0.30000000000000004 are both exact, however short the first looks; 297.66 and 0.1 are both
    rounded to two places by a `round(loss, 2)`. Whichever of the two leaves more room is taken.
    """
    finite = [_decimal(text) for text in texts if isfinite(float(text))]
    last = {_last_digit(number) for number in finite}
    if len(last) <= 1:
        return tuple(map(printed, texts))
    digits = max(len(number.as_tuple().digits) for number in finite)
    return tuple(_to_digits(text, digits, min(last)) for text in texts)


def _to_digits(text: str, digits: int, place: int) -> Printed:
    value = float(text)
    last = max(_decimal(text).adjusted() + 1 - digits, place)
    return _printed(value, last) if isfinite(value) else Printed(nan, 0.0)


def _printed(value: float, last: int) -> Printed:
    return Printed(value, HALF * 10.0**last)


def _decimal(text: str) -> Decimal:
    """`text` as written; what has an exponent beyond all bounds, and is zero as a double, as that.

    0e9 tells no less than 0 does: nobody's loss is known to a thousand million.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(repr(float(text)))
    return number if number or _last_digit(number) < 0 else Decimal(0)


def _last_digit(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # a finite number's
    return exponent


def added(points: Iterable[float]) -> float:
    """The sum as a person has it: 0.1 and 0.2 are 0.3."""
    return float(sum(Decimal(str(each)) for each in points))
