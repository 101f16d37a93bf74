"""What a history's own loop did otherwise than the lesson's, solved from its losses: the rate, the momentum, the steps
made before; or each loss times the same number.

Each loss is a function of the learning rate alone. The first that depends on it gives the rates at which it comes out;
the loss that tells most gives each to more digits. The simplest number within these is the one that somebody wrote: it
has to explain every loss, as any other mistake. The same holds for the momentum, and for a factor of all losses.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from math import inf, isfinite

from compare.exercises.records.runs import Recorded
from compare.exercises.table import programs

LEAST = 3  # losses: fewer would fit by chance
GRIDS = {  # between which values an option is looked for
    "lr": [10 ** (k / 24) for k in range(-7 * 24, 24 + 1)],
    "momentum": [k / 64 for k in range(64)] + [1 - 2.0**-k for k in range(7, 11)],
}
HALVINGS = 60
SURE = 2.0**-6  # of a rate: if it is less certain, it cannot be told
NUDGE = 2.0**-20  # of a rate: a step that tells a slope
CLOSE = 2.0**-14  # of a loss: more than what rounding in float32 adds up to; what fits has to explain all losses anyway
WRITTEN = 1000  # the largest denominator of a rate such as 1/30
MOST_DIGITS = 12
FEW = 4  # numbers of steps whose loss is nearest to the first
MOST_STEPS = 2000  # that a cell which was run before may have made

Options = Mapping[str, Fraction]


def is_whole(record: Recorded) -> bool:
    """Are there enough losses, and as many as the lesson asks for?"""
    return LEAST <= len(record.losses) == record.count(record.start)


def options_of(record: Recorded) -> Options | None:
    """The learning rate, or else the momentum, or else both, at which the lesson's loop gives all the losses, where
    that can be told and is another."""
    if not is_whole(record):
        return None
    early = record.first or record.lesson.steps_before
    first = 0 if early else 1
    for name, place in (("lr", first), ("momentum", first if early or record.every > 1 else 2)):
        if (found := _solved(record, name, place)) is not None:
            return None if record.lesson.optimizer.get(name, 0) == found else {name: found}
    return None if early or record.every > 1 else _both(record)


def _both(record: Recorded) -> Options | None:
    """The loss after one step tells the rate, whatever the momentum is, and the next the momentum."""
    after = record.losses[1]
    for low, high in _crossings(record, "lr", 1):
        for rate in simple(_between(record, "lr", 1, low, high)):
            at = record.with_options(lr=rate)
            if abs(_losses(at, 2)[1] - after.value) <= after.half + NUDGE * abs(after.value):
                momentum = _solved(at, "momentum", 2)
                if momentum is not None:
                    return {"lr": rate, "momentum": momentum}
                break
    return None


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


def factor_of(record: Recorded) -> Fraction | None:
    """The simplest number that all of the lesson's losses are multiplied by, where these are that."""
    if not is_whole(record) or not isfinite(record.losses[0].value):
        return None
    right, first = _losses(record, 1)[0], record.losses[0]
    near, uncertain = (
        (first.value / right, (first.half + CLOSE * abs(first.value)) / right) if right > 0 else (0.0, 0.0)
    )
    return next(
        (
            factor
            for factor in (*simple(near), Fraction(near))
            if factor and abs(float(factor) - near) <= uncertain and record.over(float(factor)).may_be_of(record.start)
        ),
        None,
    )


def _solved(record: Recorded, name: str, place: int) -> Fraction | None:
    """The value of an option at which the lesson's loop gives all the losses, where it can be told: the loss in that
    place is the first that depends on it, and another has to agree."""
    if len(record.losses) < place + 2:
        return None
    near = (_refined(record, name, place, *ends) for ends in _crossings(record, name, place))
    found = {value for one in near if one and (value := _written(record, name, *one)) is not None}
    return found.pop() if len(found) == 1 else None


def _losses(record: Recorded, count: int) -> list[float]:
    return record.first_losses(record.start, None, count)


def _is_above(record: Recorded, name: str, place: int, value: float) -> bool:
    at = record.with_options(**{name: Fraction(value)})
    return not _losses(at, place + 1)[place] <= record.losses[place].value


def _crossings(record: Recorded, name: str, place: int) -> Iterator[tuple[float, float]]:
    """Between which values of the option the loss in that place comes out."""
    above = [_is_above(record, name, place, value) for value in GRIDS[name]]
    for ends, (one, other) in zip(pairwise(GRIDS[name]), pairwise(above), strict=True):
        if one is not other:
            yield ends


def _between(record: Recorded, name: str, place: int, low: float, high: float) -> float:
    """Where the loss in that place comes out, by halving."""
    falls = _is_above(record, name, place, low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _is_above(record, name, place, middle) is falls else (low, middle)
    return (low + high) / 2


def _refined(record: Recorded, name: str, place: int, low: float, high: float) -> tuple[float, float] | None:
    """The value as the most telling loss gives it, and how far it may be from that; None where none tells enough."""
    near = _between(record, name, place, low, high)
    told = _told(record, name, near)
    best = min(range(len(told)), key=told.__getitem__)
    low, high = near - 4 * told[place], near + 4 * told[place]
    if low > 0 and isfinite(high) and _is_above(record, name, best, low) is not _is_above(record, name, best, high):
        near = _between(record, name, best, low, high)
    return (near, 2 * told[best]) if told[best] <= SURE * near else None


def _told(record: Recorded, name: str, near: float) -> list[float]:
    """For each loss, how far the option may be from what it gives; infinite where it tells nothing."""
    step, count = NUDGE * near, len(record.losses)
    after, before = (_losses(record.with_options(**{name: Fraction(near + by)}), count) for by in (step, -step))
    slopes = [(one - other) / (2 * step) for one, other in zip(after, before, strict=True)]
    return [
        (loss.half + CLOSE * abs(loss.value)) / abs(slope) if slope and isfinite(slope) else inf
        for slope, loss in zip(slopes, record.losses, strict=True)
    ]


def _written(record: Recorded, name: str, near: float, uncertain: float) -> Fraction | None:
    """The simplest value that near, if it explains all the losses."""
    return next(
        (
            value
            for value in simple(near)
            if abs(float(value) - near) <= uncertain and record.with_options(**{name: value}).may_be_of(record.start)
        ),
        None,
    )


def simple(near: float) -> Iterator[Fraction]:
    """Numbers near that one, the simplest first: of few digits, of a small denominator, of more digits."""
    decimals = [Fraction(f"{near:.{digits}e}") for digits in range(MOST_DIGITS)]
    yield from decimals[:3]
    yield Fraction(near).limit_denominator(WRITTEN)
    yield from decimals[3:]
