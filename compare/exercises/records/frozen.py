"""A bias that never moved, and not from where the lesson starts it: where it stood, solved from the losses.

With the bias frozen at c, the residuals are linear in c at every epoch, so each loss is a quadratic A + B c + C c²; its
values at c = 0, 1, 2 tell the three. One printed loss then gives c, to within its own rounding; the others must agree.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import copysign, floor, inf, isfinite, log10, nan, sqrt
from typing import NamedTuple

from compare.exercises.digits import Printed
from compare.exercises.records.runs import COARSE, Recorded
from compare.exercises.table.formulas import SQUARE
from compare.exercises.table.programs import Program

NO_NUMBER = Printed(nan, 0.0)
LEAST = 4  # losses: fewer would fit by chance


class Quadratic(NamedTuple):
    """A + B c + C c²."""

    a: float
    b: float
    c: float

    def at(self, c: float) -> float:
        return self.a + c * (self.b + c * self.c)

    def slope(self, c: float) -> float:
        return self.b + 2 * c * self.c

    def roots(self, value: float) -> tuple[float, ...]:
        """Where it has that value."""
        discriminant = self.b**2 - 4 * self.c * (self.a - value)
        if self.c == 0 or discriminant < 0:
            return ()
        q = -0.5 * (self.b + copysign(sqrt(discriminant), self.b))
        return (q / self.c, (self.a - value) / q) if q else (0.0,)


def frozen_biases(record: Recorded, program: Program) -> tuple[float, ...]:
    """Every c at which the frozen bias explains all the losses, to the digits that they tell.

    Two where they cannot tell c from its mirror image; none where the program has no losses, or none that are doubles.
    """
    try:
        return _solved(record, program)
    except (ZeroDivisionError, OverflowError):
        return ()


def _solved(record: Recorded, program: Program) -> tuple[float, ...]:
    squared = program.loss.error == program.slope.error == SQUARE
    if len(record.losses) < LEAST or not squared or record.count(program) != len(record.losses):
        return ()
    if not isfinite(record.losses[0].value):  # the loss before any update, which tells c
        return ()
    start = _quadratics(record, program, LEAST)
    roots = start[0].roots(record.losses[0].value)
    roughly = [c for c in roots if _plausible(record, [curve.at(c) for curve in start])]
    return tuple(sorted({c for near in roughly for c in _exactly(record, program, near)}))


def _plausible(record: Recorded, losses: Sequence[float]) -> bool:
    """Are the first losses near enough, held against the largest so far? One tells c to its own rounding only; and what
    is no number ends the run where the losses are too large for one."""
    given = record.losses[: len(losses)]
    largest = accumulate((abs(printed.value) for printed in given), max)
    for printed, loss, most in zip(given, losses, largest, strict=True):
        if not isfinite(printed.value):
            return record.fits(NO_NUMBER, loss, 0.0)
        if not abs(loss - printed.value) <= COARSE * most:
            return False
    return True


def _exactly(record: Recorded, program: Program, near: float) -> Iterator[float]:
    """The root of the loss that tells c best, on the same side, if it explains them all."""
    if not _plausible(record, record.first_losses(program, near, len(record.losses))):  # as the rooms take long
        return
    curves, rooms = _quadratics(record, program, len(record.losses)), record.rooms(program, near)
    told = [
        (loss.half + room) / abs(curve.slope(near)) if curve.slope(near) else inf
        for loss, room, curve in zip(record.losses, rooms, curves, strict=True)
    ]
    best = min(range(len(told)), key=told.__getitem__)
    for c in curves[best].roots(record.losses[best].value):
        if c * near >= 0 and isfinite(told[best]) and _explains(record, curves, rooms, c, told[best]):
            yield _rounded(c, told[best])


def _quadratics(record: Recorded, program: Program, count: int) -> list[Quadratic]:
    """The first `count` recorded losses as functions of c."""
    at = [record.first_losses(program, c, count) for c in (0.0, 1.0, 2.0)]
    seconds = [((two - one) - (one - zero)) / 2 for zero, one, two in zip(*at, strict=True)]
    return [Quadratic(zero, one - zero - c, c) for zero, one, c in zip(at[0], at[1], seconds, strict=True)]


def _explains(record: Recorded, curves: list[Quadratic], rooms: list[float], c: float, uncertain: float) -> bool:
    """With what the uncertainty of c does to each loss added to its room."""
    moved = [abs(curve.slope(c)) * uncertain + abs(curve.c) * uncertain**2 for curve in curves]
    return record.explained(
        [curve.at(c) for curve in curves], [room + more for room, more in zip(rooms, moved, strict=True)]
    )


def _rounded(c: float, uncertain: float) -> float:
    """To the digits that are certain; to a whole number, a positive zero, where there are none."""
    places = -floor(log10(4 * uncertain)) if uncertain else 0
    return round(c, max(places, 0)) + 0.0
