"""What the trials show on which a right program does not round: equality, and errors that no rounding makes.

Equality is only ever credit. Whoever takes a root, divides by n - 1 or computes in float32 is right within the
allowance, too. But on the short trials, exact in float32 as well, a right program is off by nothing, by the rounding of
float64, or by that of float32 somewhere: far below 2⁻⁴⁰ of its terms, or about 2⁻²⁵ of the value at least once. An
answer that is always in between, or off by the same part of every value, computes something else: there is an ε in a
denominator.
"""

from array import array
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from compare.exercises import draws
from compare.exercises.allowance import any_form
from compare.exercises.findings import EVERY_TRIAL, POLYNOMIAL
from compare.exercises.judging import Truth
from compare.exercises.tasks import ARRAYS
from compare.exercises.trials import EXACT, SHORT, Trial, distinct, kinds, trials
from compare.exercises.truths import equal_bounds, equal_truths, is_near, truths
from compare.sandbox.calls import Piece, Results

BEYOND_ROUNDING = "beyond-rounding"  # the note that says so
DOUBLE = 2.0**-40  # of the sum of the absolute monomials: above what float64's rounding can do
SINGLE = 2.0**-25  # of a value: below float32's largest
SAME = 2.0**-44  # relative errors that are equal, up to float64's rounding


class _Places(NamedTuple):
    """Where the numbers of the exact trials lie among all, and those of the short ones that may share a factor."""

    values: "array[float]"
    rooms: "array[float]"  # what float64's rounding may do to each
    exact: slice  # they are drawn one after another
    short: tuple[tuple[slice, ...], ...]


def shown(results: Results, task: str, seed: int) -> str | None:
    """What equality shows of right `results`, where every number on every exact trial is the truth."""
    places = _places(task, seed)
    if results.values[places.exact] != places.values[places.exact]:
        return None
    return POLYNOMIAL if draws.parted(seed) else EVERY_TRIAL


def is_right(results: Results, task: str, seed: int, decimals: int | None = None) -> bool:
    """Is every number within its allowance, and off by nothing but rounding, or by that to so many decimals?"""
    near = is_near(results, task, seed, decimals)
    return near and (decimals is not None or not beyond_rounding(results, task, seed))


def beyond_rounding(results: Results, task: str, seed: int) -> bool:
    """Is it off on the short trials as no rounding makes it? `results` are laid out and right as the truths are."""
    places = _places(task, seed)
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
    return len(errors) > 1 and min(map(abs, errors)) > DOUBLE and max(errors) - min(errors) < SAME


def without_room(task: str, seed: int) -> tuple[Truth, ...]:
    """The truths, of the short trials with nothing but float64's rounding allowed."""
    return _narrowed(task, seed, truths(task, seed))


def _narrowed(task: str, seed: int, found: tuple[Truth, ...]) -> tuple[Truth, ...]:
    known = zip(kinds(task, seed), trials(task, seed), found, strict=True)
    return tuple(_narrow(trial, truth) if kind == SHORT else truth for kind, trial, truth in known)


def _narrow(trial: Trial, truth: Truth) -> Truth:
    """The allowance is a factor on the sum of the absolute monomials: with another one."""
    factor = DOUBLE / any_form(_samples(trial))
    return tuple(out._replace(allowed=[factor * room for room in out.allowed]) for out in truth)


@cache
def _places(task: str, seed: int) -> _Places:
    if (first := distinct(task, seed)) != seed:
        return _places(task, first)
    outputs = [out for truth in _narrowed(task, seed, equal_truths(task, seed)) for out in truth]
    values = array("d", chain.from_iterable(out.values for out in outputs))
    rooms = array("d", chain.from_iterable(out.allowed for out in outputs))
    exact: list[Piece] = []
    groups: dict[object, list[slice]] = {}
    for kind, trial, pieces in zip(kinds(task, seed), trials(task, seed), equal_bounds(task, seed).layout, strict=True):
        if kind == EXACT:
            exact += pieces or ()
        elif kind == SHORT:
            for output, piece in enumerate(pieces or ()):
                key = _samples(trial), output, tuple(value == 0.0 for value in trial.values())
                groups.setdefault(key, []).append(slice(piece.start, piece.end))
    return _Places(values, rooms, slice(exact[0].start, exact[-1].end), tuple(map(tuple, groups.values())))


def _samples(trial: Trial) -> int:
    return next((len(value) for name, value in trial.items() if name in ARRAYS), 1)
