"""What a history's own loop did otherwise than the lesson's, solved from its losses: the rate, the steps made before,
the start.

Each loss is a function of the learning rate alone. The first that depends on it gives the rates at which it comes out;
the loss that tells most gives each to more digits. The simplest number within these is the one that somebody wrote: it
has to explain every loss, as any other mistake. And each loss is a quadratic of the start: the first leaves an ellipse
of starts, on which the second leaves four. They give all the other losses, too, as these know no direction: of these as
well the simplest is the one that somebody wrote.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import cos, inf, isfinite, pi, sin, sqrt
from typing import NamedTuple

from compare.exercises.records.runs import Recorded
from compare.exercises.table import programs

LEAST = 3  # losses: fewer would fit by chance
SLOWEST, FASTEST, A_DECADE = -7, 1, 24  # powers of ten between which a rate is looked for, and how densely
HALVINGS = 60
SURE = 2.0**-6  # of a rate: if it is less certain, it cannot be told
NUDGE = 2.0**-20  # of a rate: a step that tells a slope
CLOSE = 2.0**-14  # of a loss: more than what rounding in float32 adds up to; what fits has to explain all losses anyway
WRITTEN = 1000  # the largest denominator of a rate such as 1/30
MOST_DIGITS = 12
FEW = 4  # numbers of steps whose loss is nearest to the first
MOST_STEPS = 2000  # that a cell which was run before may have made
ENOUGH = 6  # losses that tell a start: two leave it open, the others have to agree
AROUND = 720  # directions in which a start is looked for
MOST_DECIMALS = 3  # of a start that somebody wrote


def is_whole(record: Recorded) -> bool:
    """Are there enough losses, and as many as the lesson asks for?"""
    return LEAST <= len(record.losses) == record.count(record.start)


def rate_of(record: Recorded) -> Fraction | None:
    """The learning rate at which the lesson's loop gives all the losses, where it can be told and is another."""
    if not is_whole(record):
        return None
    place = 0 if record.first or record.lesson.steps_before else 1
    near = (_refined(record, place, *ends) for ends in _crossings(record, place))
    found = {rate for one in near if one and (rate := _written(record, *one)) is not None}
    return found.pop() if len(found) == 1 and record.lesson.optimizer["lr"] not in found else None


def steps_before(record: Recorded) -> int | None:
    """How many updates were made before the first loss, where that can be told and is not what the lesson says."""
    first, start = record.losses[0], record.start
    if not is_whole(record) or record.first or not isfinite(first.value):
        return None
    run = programs.records(start, {**record.in_floats(), "epochs": MOST_STEPS})
    losses = (loss for _, loss in run)
    nearest = sorted((abs(first.value - loss), k) for k, loss in enumerate(losses) if k > 1)[:FEW]
    found = [k for _, k in nearest if record.may_be_of(start._replace(before=start.before + k))]
    return found[0] if len(found) == 1 else None


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


def start_of(record: Recorded) -> tuple[Fraction, Fraction] | None:
    """The simplest w and b from which the lesson's loop gives all the losses, where its own do not."""
    if not is_whole(record) or len(record.losses) < ENOUGH or not record.start.bias_moves:
        return None
    if record.may_be_of(record.start):
        return None
    try:
        near = list(_starts(record))
    except (ZeroDivisionError, OverflowError):
        return None
    return min((start for one in near if (start := _written_start(record, *one))), key=_simplicity, default=None)


def _simplicity(start: tuple[Fraction, Fraction]) -> tuple[Fraction | int, ...]:
    """Few decimals first, then small numbers, then positive ones."""
    w, b = start
    return max(w.denominator, b.denominator), abs(w) + abs(b), -w, -b


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


def _written_start(record: Recorded, w: float, b: float) -> tuple[Fraction, Fraction] | None:
    """The simplest start that near, if it explains all the losses."""
    for decimals in range(MOST_DECIMALS + 1):
        start = Fraction(f"{w:.{decimals}f}"), Fraction(f"{b:.{decimals}f}")
        if record.may_be_of(record.start._replace(start=start)):
            return start
    return None


def _losses(record: Recorded, rate: float, count: int) -> list[float]:
    """The first `count` recorded losses at that rate."""
    return record.at_rate(Fraction(rate)).first_losses(record.start, None, count)


def _is_above(record: Recorded, place: int, rate: float) -> bool:
    return not _losses(record, rate, place + 1)[place] <= record.losses[place].value


def _crossings(record: Recorded, place: int) -> Iterator[tuple[float, float]]:
    """Between which rates the loss in that place comes out."""
    rates = [10 ** (k / A_DECADE) for k in range(SLOWEST * A_DECADE, FASTEST * A_DECADE + 1)]
    above = [_is_above(record, place, rate) for rate in rates]
    for ends, (one, other) in zip(pairwise(rates), pairwise(above), strict=True):
        if one is not other:
            yield ends


def _between(record: Recorded, place: int, low: float, high: float) -> float:
    """Where the loss in that place comes out, by halving."""
    falls = _is_above(record, place, low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _is_above(record, place, middle) is falls else (low, middle)
    return (low + high) / 2


def _refined(record: Recorded, place: int, low: float, high: float) -> tuple[float, float] | None:
    """The rate as the most telling loss gives it, and how far it may be from that; None where none tells enough."""
    near = _between(record, place, low, high)
    told = _told(record, near)
    best = min(range(len(told)), key=told.__getitem__)
    low, high = near - 4 * told[place], near + 4 * told[place]
    if low > 0 and isfinite(high) and _is_above(record, best, low) is not _is_above(record, best, high):
        near = _between(record, best, low, high)
    return (near, 2 * told[best]) if told[best] <= SURE * near else None


def _told(record: Recorded, near: float) -> list[float]:
    """For each loss, how far the rate may be from what it gives; infinite where it tells nothing."""
    step, count = NUDGE * near, len(record.losses)
    ends = zip(_losses(record, near + step, count), _losses(record, near - step, count), record.losses, strict=True)
    slopes = [((after - before) / (2 * step), loss) for after, before, loss in ends]
    return [
        (loss.half + CLOSE * abs(loss.value)) / abs(slope) if slope and isfinite(slope) else inf
        for slope, loss in slopes
    ]


def _written(record: Recorded, near: float, uncertain: float) -> Fraction | None:
    """The simplest rate that near, if it explains all the losses."""
    return next(
        (
            rate
            for rate in _simple(near)
            if abs(float(rate) - near) <= uncertain and record.at_rate(rate).may_be_of(record.start)
        ),
        None,
    )


def _simple(near: float) -> Iterator[Fraction]:
    """Numbers near that one, the simplest first: of few digits, of a small denominator, of more digits."""
    decimals = [Fraction(f"{near:.{digits}e}") for digits in range(MOST_DIGITS)]
    yield from decimals[:3]
    yield Fraction(near).limit_denominator(WRITTEN)
    yield from decimals[3:]
