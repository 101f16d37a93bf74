"""What equality with the truth shows, and errors within the allowance that no rounding makes.

Equality is only ever credit. Whoever takes a root, divides by n - 1 or computes in float32 is right within the
allowance, too. But three things are seen of an answer that is not equal:

beyond rounding   on the short trials, exact in float32 as well, a right program is off by nothing, by the rounding of
                  float64, or by that of float32 somewhere: far below 2⁻⁴⁰ of its terms, or about 2⁻²⁵ of the value at
                  least once. An answer that is always in between, or off by the same part of every value, computes
                  something else: there is an ε in a denominator. In a run, the part may be that of the step
rounded           every number of it has few digits. Those of a right program have 17, or 9 out of float32
stopped           a run that creeps is followed as float64 does, and then stands still while the truth goes on. Whoever
                  computes in float32 stands still, too, but has never been as near as that: its start has 35 bits
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from math import copysign, sqrt
from struct import pack, unpack
from typing import NamedTuple, TypeAlias

from compare.exercises.judging import CREEPING, EXACT, SHORT, Trial, Tried, Truth, samples
from compare.sandbox.calls import Results, laid_out

BEYOND_ROUNDING = "beyond-rounding"  # the note that says so
DOUBLE = 2.0**-23  # of an allowance, which is for float32: far above what float64's rounding can do
SINGLE = 2.0**-25  # of a value: below float32's largest
SMALLEST = 2.0**-40  # of a value: above float64's
SAME = 2.0**-44  # relative errors that are equal, up to float64's rounding
LARGEST = 2.0**127  # float32 may overflow beyond
MOST_DIGITS = 12  # of a rounded result
OF_SINGLE, TOLD_OF_SINGLE = 7, 9  # digits that some float32 numbers need; digits that each of them has at most

# Of a short run, by how much its last loss moves where a part of its step is 1 + δ times as long: s δ + t δ².
Bend: TypeAlias = Callable[[Trial], tuple[float, float]]


class Spot(NamedTuple):
    """A number of a short trial: it moves by δ·slope + δ²·bend where it, or part of a step, is 1 + δ times as large."""

    place: int
    slope: float
    bend: float


class Places(NamedTuple):
    """Where the numbers of the exact trials lie among all, those of the run that creeps, and those of the short ones
    that may share a factor: of the number itself, or of each part of a run's step."""

    values: "array[float]"
    rooms: "array[float]"  # what float64's rounding may do to each
    exact: tuple[slice, ...]
    creeping: tuple[slice, ...]
    short: tuple[tuple[tuple[Spot, ...], ...], ...]


def places(known: Sequence[Tried], bends: Sequence[Bend] = ()) -> Places:
    """Those of the numbers of all trials; `bends` are those of the parts of a run's step."""
    outputs = [out for truth in without_room(known, everywhere=True) for out in truth]
    values = array("d", chain.from_iterable(out.values for out in outputs))
    rooms = array("d", chain.from_iterable(out.allowed for out in outputs))
    pieces: dict[str, list[slice]] = {EXACT: [], CREEPING: []}
    groups = [dict[object, list[Spot]]() for _ in bends or (None,)]
    for one, of_trial in zip(known, laid_out([[out.shape for out in one.truth] for one in known]), strict=True):
        at = [slice(piece.start, piece.end) for piece in of_trial or ()]
        pieces.get(one.kind, []).extend(at)
        if one.kind == SHORT:
            for found, bend in zip(groups, bends or (None,), strict=True):
                for name, spot in _spots(one.trial, values, at, bend):
                    found.setdefault(name, []).append(spot)
    short = tuple(tuple(map(tuple, found.values())) for found in groups)
    return Places(values, rooms, _joined(pieces[EXACT]), _joined(pieces[CREEPING]), short)


def _spots(
    trial: Trial, values: "array[float]", pieces: Sequence[slice], bend: Bend | None
) -> Iterator[tuple[object, Spot]]:
    """The numbers of a short trial, each with what it shares a factor with: the same number of samples, the same
    output, the same of the inputs 0; of a run, the same epoch."""
    like = samples(trial), *(value == 0.0 for value in trial.values())
    for output, piece in enumerate(pieces):
        for i in range(piece.start, piece.stop):
            after = bool(bend) and i > piece.start
            yield (*like, output, after), Spot(i, *bend(trial)) if bend and after else Spot(i, values[i], 0.0)


def _joined(pieces: Sequence[slice]) -> tuple[slice, ...]:
    """Neighbours as one."""
    found: list[slice] = []
    for piece in pieces:
        if found and found[-1].stop == piece.start:
            found[-1] = slice(found[-1].start, piece.stop)
        else:
            found.append(piece)
    return tuple(found)


def without_room(known: Sequence[Tried], everywhere: bool = False) -> tuple[Truth, ...]:
    """The truths, of the short trials or `everywhere` with nothing but float64's rounding allowed."""
    return tuple(_narrow(one.truth) if everywhere or one.kind == SHORT else one.truth for one in known)


def _narrow(truth: Truth) -> Truth:
    return tuple(out._replace(allowed=[DOUBLE * room for room in out.allowed]) for out in truth)


def is_equal(results: Results, places: Places) -> bool:
    """Is every number on every exact trial the truth, if there is one? `results` are laid out as the truths are."""
    return bool(places.exact) and all(results.values[at] == places.values[at] for at in places.exact)


def is_odd(results: Results, places: Places) -> bool:
    """Is it off as no rounding makes it? `results` are laid out and right as the truths are."""
    return stopped(results, places) or beyond_rounding(results, places) or digits(results, places) is not None


def stopped(results: Results, places: Places) -> bool:
    """Does the run that creeps stand still, after losses as near to the truth as float64 brings them?"""
    at = [i for part in places.creeping for i in range(part.start, part.stop)]
    far = next((i for i in at if _is_off(results, places, i)), None)
    return far is not None and far > at[0] and len(set(results.values[far - 1 : at[-1] + 1])) == 1


def beyond_rounding(results: Results, places: Places) -> bool:
    """Is it off on the short trials by more than float64's rounding, and never as by float32's?"""
    if not any(_is_off(results, places, spot.place) for group in places.short[0] for spot in group):
        return False
    if all(map(_is_of_single, results.values)):
        return False
    return any(_is_between([list(_parts(results, places, group)) for group in groups]) for groups in places.short)


def digits(results: Results, places: Places) -> int | None:
    """To how many digits every number is rounded, where that is seen."""
    if is_equal(results, places) or not all(_has(number, MOST_DIGITS) for number in results.values):
        return None
    if not any(_is_off(results, places, i) for i in range(len(places.values))):
        return None
    found = max(next(k for k in range(1, MOST_DIGITS + 1) if _has(number, k)) for number in results.values)
    of_single = OF_SINGLE < found <= TOLD_OF_SINGLE and all(map(_is_of_single, results.values))
    return None if of_single else found


def is_rounded(results: Results, places: Places, count: int) -> bool:
    """Is every number the truth, rounded to so many digits? Half of the last of them is all that it may be off by, but
    for what float64 rounds."""
    most = (0.5 + DOUBLE) * 10.0 ** (1 - count)
    return all(abs(a - b) <= abs(b) * most for a, b in zip(results.values, places.values, strict=True))


def _is_off(results: Results, places: Places, i: int) -> bool:
    """By more than float64's rounding?"""
    return not abs(results.values[i] - places.values[i]) <= places.rooms[i]


def _parts(results: Results, places: Places, spots: Sequence[Spot]) -> Iterator[float]:
    """δ of those that it moves."""
    return (_part(results.values[spot.place] - places.values[spot.place], spot) for spot in spots if spot.slope)


def _part(off: float, spot: Spot) -> float:
    """δ, the smaller of the two."""
    if not spot.bend:
        return off / spot.slope
    root = sqrt(max(spot.slope**2 + 4 * spot.bend * off, 0.0))
    return 2 * off / (spot.slope + copysign(root, spot.slope))


def _is_between(parts: Sequence[Sequence[float]]) -> bool:
    """Are all of them less than float32's rounding, or those of a group one factor?"""
    return max((abs(part) for group in parts for part in group), default=0.0) < SINGLE or any(map(_one_factor, parts))


def _one_factor(parts: Sequence[float]) -> bool:
    """Is everything off by one factor, the same on several trials?"""
    return len(parts) > 1 and min(map(abs, parts)) > SMALLEST and max(parts) - min(parts) < SAME


def _has(number: float, digits: int) -> bool:
    return float(f"{number:.{digits - 1}e}") == number


def _is_of_single(number: float) -> bool:
    """Is it what Python prints of a float32 number, the shortest that tells it from its neighbours?"""
    if not abs(number) < LARGEST:
        return False
    (single,) = unpack("f", pack("f", number))
    told = (float(f"{single:.{k}e}") for k in range(TOLD_OF_SINGLE))
    return next(short for short in told if unpack("f", pack("f", short))[0] == single) == number
