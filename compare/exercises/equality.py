"""What the trials show on which a right program does not round: equality, and errors that no rounding makes.

Equality is only ever credit. Whoever takes a root, divides by n - 1 or computes in float32 is right within the
allowance, too. But on the short trials, exact in float32 as well, a right program is off by nothing, by the rounding of
float64, or by that of float32 somewhere: far below 2⁻⁴⁰ of its terms, or about 2⁻²⁵ of the value at least once. An
answer that is always in between, or off by the same part of every value, computes something else: there is an ε in a
denominator.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from compare.exercises.judging import EXACT, SHORT, Tried, Truth, samples
from compare.sandbox.calls import Results, laid_out

BEYOND_ROUNDING = "beyond-rounding"  # the note that says so
DOUBLE = 2.0**-23  # of an allowance, which is for float32: far above what float64's rounding can do
SINGLE = 2.0**-25  # of a value: below float32's largest
SMALLEST = 2.0**-40  # of a value: above float64's
SAME = 2.0**-44  # relative errors that are equal, up to float64's rounding


class Places(NamedTuple):
    """Where the numbers of the exact trials lie among all, and those of the short ones that may share a factor."""

    values: "array[float]"
    rooms: "array[float]"  # what float64's rounding may do to each
    exact: tuple[slice, ...]
    short: tuple[tuple[slice, ...], ...]


def places(known: Sequence[Tried]) -> Places:
    """Those of the numbers of all trials."""
    outputs = [out for one in without_room(known) for out in one]
    values = array("d", chain.from_iterable(out.values for out in outputs))
    rooms = array("d", chain.from_iterable(out.allowed for out in outputs))
    exact: list[slice] = []
    groups: dict[object, list[slice]] = {}
    for one, pieces in zip(known, laid_out([[out.shape for out in one.truth] for one in known]), strict=True):
        for output, piece in enumerate(pieces or ()):
            if one.kind == EXACT:
                exact.append(slice(piece.start, piece.end))
            elif one.kind == SHORT:
                key = samples(one.trial), output, tuple(value == 0.0 for value in one.trial.values())
                groups.setdefault(key, []).append(slice(piece.start, piece.end))
    return Places(values, rooms, _joined(exact), tuple(map(tuple, groups.values())))


def _joined(pieces: Sequence[slice]) -> tuple[slice, ...]:
    """Neighbours as one."""
    found: list[slice] = []
    for piece in pieces:
        if found and found[-1].stop == piece.start:
            found[-1] = slice(found[-1].start, piece.stop)
        else:
            found.append(piece)
    return tuple(found)


def without_room(known: Sequence[Tried]) -> tuple[Truth, ...]:
    """The truths, of the short trials with nothing but float64's rounding allowed."""
    return tuple(_narrow(one.truth) if one.kind == SHORT else one.truth for one in known)


def _narrow(truth: Truth) -> Truth:
    return tuple(out._replace(allowed=[DOUBLE * room for room in out.allowed]) for out in truth)


def is_equal(results: Results, places: Places) -> bool:
    """Is every number on every exact trial the truth, if there is one? `results` are laid out as the truths are."""
    return bool(places.exact) and all(results.values[at] == places.values[at] for at in places.exact)


def beyond_rounding(results: Results, places: Places) -> bool:
    """Is it off on the short trials as no rounding makes it? `results` are laid out and right as the truths are."""
    if all(results.values[at] == places.values[at] for group in places.short for at in group):
        return False
    off = (i for group in places.short for at in group for i in range(at.start, at.stop))
    if all(abs(results.values[i] - places.values[i]) <= places.rooms[i] for i in off):
        return False
    errors = [list(_errors(results.values, places.values, group)) for group in places.short]
    return max(abs(error) for group in errors for error in group) < SINGLE or any(map(_one_factor, errors))


def _errors(given: "array[float]", truth: "array[float]", at: tuple[slice, ...]) -> Iterator[float]:
    """Relative ones, where the truth is not 0."""
    pairs = ((given[i], truth[i]) for part in at for i in range(part.start, part.stop))
    return ((value - right) / right for value, right in pairs if right)


def _one_factor(errors: list[float]) -> bool:
    """Is everything off by one factor, the same on several trials?"""
    return len(errors) > 1 and min(map(abs, errors)) > SMALLEST and max(errors) - min(errors) < SAME
