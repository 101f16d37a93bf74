"""Where a history's run started, solved from its losses: its w and b, or a bias that never moved.

Each loss is a quadratic of the start. The first leaves an ellipse of starts, on which the second leaves four: they give
all the other losses, too, as these know no direction. Of these the simplest is the one that somebody wrote, where it is
by far the simplest.

With the bias frozen at c, each loss is a quadratic A + B c + C c² of c alone; its values at c = 0, 1, 2 tell the three.
One printed loss then gives c, to within its own rounding; the others must agree.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from math import copysign, cos, floor, inf, isfinite, log10, nan, pi, sin, sqrt
from typing import NamedTuple, TypeAlias

from compare.exercises.digits import Printed
from compare.exercises.records.rates import HALVINGS, is_whole
from compare.exercises.records.runs import COARSE, Recorded
from compare.exercises.table.formulas import SQUARE
from compare.exercises.table.programs import Program

NO_NUMBER = Printed(nan, 0.0)
LEAST = 4  # losses: fewer would fit by chance
ENOUGH = 6  # losses that tell a start: two leave it open, the others have to agree
AROUND = 720  # directions in which a start is looked for
MOST_DECIMALS = 3  # of a start that somebody wrote

Start: TypeAlias = tuple[Fraction, Fraction]


class _Form(NamedTuple):
    """A w² + 2 B w b + C b² + D w + E b + F."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def at(self, w: float, b: float) -> float:
        return self.a * w * w + 2 * self.b * w * b + self.c * b * b + self.d * w + self.e * b + self.f


def start_of(record: Recorded) -> Start | None:
    """The w and b from which the lesson's loop gives all the losses, where one start stands out.

    Beyond the minimum, as far on its other side, lies another that gives the same losses: of these two it is the
    simpler. Any other has at least two decimals more.
    """
    if not is_whole(record) or len(record.losses) < ENOUGH or not record.start.bias_moves:
        return None
    try:
        near = list(_starts(record))
    except (ZeroDivisionError, OverflowError):
        return None
    for at in (record.finely(), record):
        pairs = (near[k :: len(near) // 2] for k in range(len(near) // 2))  # of mirror images, as they lie in a circle
        written = (_simplest(filter(None, (_written(at, *one) for one in pair))) for pair in pairs)
        found = sorted(filter(None, written), key=_simplicity)
        if found and _decimals(found[0]) <= MOST_DECIMALS:
            return None if any(_decimals(one) <= _decimals(found[0]) + 1 for one in found[1:]) else found[0]
    return None


def _simplest(starts: Iterable[Start]) -> Start | None:
    return min(starts, key=_simplicity, default=None)


def _decimals(start: Start) -> int:
    return next(k for k in range(MOST_DECIMALS + 2) if all((part * 10**k).denominator == 1 for part in start))


def _simplicity(start: Start) -> tuple[Fraction | int, ...]:
    """Few decimals first, then small numbers, then positive ones."""
    w, b = start
    return _decimals(start), abs(w) + abs(b), -w, -b


def _starts(record: Recorded) -> Iterator[tuple[float, float]]:
    """Those that give the first two losses."""
    first, second = _forms(record)
    (one, other), determinant = record.losses[:2], first.a * first.c - first.b**2
    w = (first.b * first.e - first.c * first.d) / (2 * determinant)
    b = (first.b * first.d - first.a * first.e) / (2 * determinant)
    left = one.value - first.at(w, b)
    if not left > 0 or not determinant > 0:
        return

    def start(angle: float) -> tuple[float, float]:
        v = sqrt(left * first.a / determinant) * sin(angle)
        return w + sqrt(left / first.a) * cos(angle) - first.b / first.a * v, b + v

    def is_above(angle: float) -> bool:
        return second.at(*start(angle)) > other.value

    ends = [2 * pi * k / AROUND for k in range(AROUND + 1)]
    for low, high in pairwise(ends):
        if (falls := is_above(low)) is not is_above(high):
            for _ in range(HALVINGS):
                middle = (low + high) / 2
                low, high = (middle, high) if is_above(middle) is falls else (low, middle)
            yield start(low)


def _forms(record: Recorded) -> tuple[_Form, _Form]:
    """The first two losses as functions of the start."""
    points = ((0, 0), (1, 0), (2, 0), (0, 1), (0, 2), (1, 1))
    programs_of = (record.start._replace(start=(float(w), float(b))) for w, b in points)
    pairs = zip(*(record.first_losses(program, None, 2) for program in programs_of), strict=True)
    return tuple(_form(*losses) for losses in pairs)  # type: ignore[return-value]


def _form(f: float, w: float, ww: float, b: float, bb: float, both: float) -> _Form:
    """From its values at 0, at w = 1 and 2, at b = 1 and 2, and at 1, 1."""
    a, c = (ww - 2 * w + f) / 2, (bb - 2 * b + f) / 2
    return _Form(a, (both - w - b + f) / 2, c, w - f - a, b - f - c, f)


def _written(record: Recorded, w: float, b: float) -> Start | None:
    """The simplest start that near, if it explains all the losses."""
    for decimals in range(MOST_DECIMALS + 2):
        start = Fraction(f"{w:.{decimals}f}"), Fraction(f"{b:.{decimals}f}")
        if record.may_be_of(record.start._replace(start=start)):
            return start
    return None


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
    curves, rooms = _quadratics(record, program, len(record.losses)), list(record.rooms(program, near))
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
