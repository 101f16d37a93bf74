"""Which mistake explains what an answer gave: an edit of the formulas that gives the same on every trial, or none.

One edit that gives all outputs comes before one for each wrong output; where there is none, several factors at once
(the sign, a 2, a number of samples) that an output, a term of it or a penalty is off by. An edit that has no value
where the answer gave one explains nothing, nor does one whose own allowance is no longer small against its values.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import takewhile
from math import isfinite
from typing import NamedTuple

from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import RunError
from compare.exercises.judging import Case, Expected, Trial, is_constant
from compare.exercises.reference.mistakes.computed import (
    FIRST,
    Results,
    Subject,
    edits_of,
    gives,
    in_floats,
    near,
    results,
    roughly,
)
from compare.exercises.reference.mistakes.edits import WHOLE, Edit
from compare.exercises.reference.mistakes.factors import factors, two_slips
from compare.exercises.reference.mistakes.fixed import fixed, one_sided
from compare.sandbox.calls import Value

WIDEST = 2.0**-8  # of its own values: an allowance beyond explains nothing
FLOOR = 2.0**-10  # of what may be all zeros
EXCHANGED = "arguments-exchanged"  # is about all outputs at once


class Mistaken(NamedTuple):
    """What goes by these names, and gives those results on a trial; None where it has no value."""

    names: frozenset[str]
    on: Callable[[Trial], Results | None]

    def is_part_of(self, other: "Mistaken | None") -> bool:
        """Is the other made of several, and is this one of them?"""
        return other is not None and self.names < other.names


class Explained(NamedTuple):
    """Edits that explain the wrong outputs: one for all of them, or one for each that can be explained.

    `also` gives the very same numbers; `apart` holds the output that each explains alone.
    """

    exercise: Subject
    edits: tuple[Edit, ...]
    also: tuple[Edit, ...] = ()
    apart: tuple[int, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the edits are told by, each once."""
        return tuple(dict.fromkeys(edit.name for edit in self.edits))

    @property
    def is_whole(self) -> bool:
        """Does one edit give every output, those that are right as well?"""
        return not self.apart

    def of_outputs(self, outputs: Sequence[int]) -> "Explained | None":
        """What explains these outputs alone; None where nothing is left."""
        left = [edit for edit, at in zip(self.edits, self.apart, strict=True) if at in outputs]
        return self._replace(edits=tuple(left), apart=tuple(outputs)) if left else None

    @property
    def known(self) -> Mistaken:
        """What all of them together give, each in its own output."""
        return Mistaken(frozenset(self.names), self._on)

    def _on(self, trial: Trial) -> Results | None:
        given = [results(self.exercise, edit, trial) for edit in self.edits]
        if not self.apart:
            return given[0]
        found = results(self.exercise, Edit("", "", self.exercise.name, self.exercise.name, {}), trial)
        if found is None or None in given:
            return None
        own = {at: one[at] for at, one in zip(self.apart, given, strict=True) if one}
        return [own.get(at, right) for at, right in enumerate(found)]


def commoner(exercise: Subject, explained: Explained | None) -> Iterator[Mistaken]:
    """The mistakes that stand before the one that explains an answer; all of them, where none or several do."""
    edits = edits_of(exercise)
    known = explained.edits[0] if explained and explained.is_whole else None
    for edit in takewhile(lambda each: each is not known, edits):
        yield Mistaken(frozenset((edit.name,)), partial(results, exercise, edit))


def explain(
    exercise: Subject, cases: Sequence[Case], wrong: Sequence[int], more: Iterable[Edit] = ()
) -> Explained | None:
    """What explains the wrong outputs, of all mistakes and of `more` edits; None where nothing does."""
    if all(case.given is None for case in cases):  # what never gave a number tells nothing about its formulas
        return None
    wrong = [at for at in wrong if not is_constant(cases, (at,))]  # nor does what never varies
    everything = tuple(range(len(exercise.outputs)))
    known = (*edits_of(exercise), *more)
    rough = [roughly(exercise, edit, cases) for edit in known]
    likely = [edit for edit, may in zip(known, rough, strict=True) if may >= set(everything)]
    whole = _holding(exercise, likely, cases, everything) if wrong else ()
    if wrong and not whole:
        whole = _holding(exercise, _with_numbers(exercise, cases), cases, everything)
    if whole:
        return Explained(exercise, whole[:1], _others(whole))
    found = {}
    for at in wrong:
        likely = [edit for edit, may in zip(known, rough, strict=True) if at in may and edit.kind != EXCHANGED]
        quotients = one_sided(exercise.function, at, cases, partial(_entries, exercise, (at,)))
        for few in (likely, quotients, factors(exercise, cases, at), two_slips(exercise, known, cases, at)):
            if alone := _holding(exercise, few, cases, (at,)):
                found[at] = alone[0]
                break
    if not found:
        return None
    return Explained(exercise, tuple(found.values()), (), tuple(found))


def _with_numbers(exercise: Subject, cases: Sequence[Case]) -> Iterator[Edit]:
    """The mistakes with a number in them, as far as the first few trials show one."""
    outputs = range(len(exercise.outputs))
    few = [case for case in cases if case.given is not None][:FIRST]
    for edit in fixed(exercise.function, cases, partial(_entries, exercise, outputs)):
        if all(_gives_roughly(results(exercise, edit, case.trial), case) for case in few):
            yield edit


def _entries(
    exercise: Subject, outputs: Iterable[int], edit: Edit, case: Case
) -> tuple[Sequence[float], Sequence[float]] | None:
    """The numbers of these outputs that an edit gives on a trial, and those that the answer gave."""
    found = results(exercise, edit, case.trial)
    if found is None or case.given is None or len(found) != len(case.given):
        return None
    at = tuple(outputs)
    return [number for i in at for number in found[i][1]], [number for i in at for number in case.given[i].values]


def _gives_roughly(found: Results | None, case: Case) -> bool:
    assert case.given is not None
    return found is None or (len(found) == len(case.given) and all(map(_is_near, case.given, found)))


def _is_near(value: Value, found: tuple[tuple[int, ...], Sequence[float]]) -> bool:
    return near(value, *found)


def _others(whole: Sequence[Edit]) -> tuple[Edit, ...]:
    """The first of those that coincide with the first and say another thing; an author's word is enough."""
    first = whole[0]
    if not first.piece or first.kind in WHOLE:
        return ()
    return tuple(edit for edit in whole[1:] if edit.kind != first.kind and edit.piece not in first.piece)[:1]


def _holding(exercise: Subject, known: Iterable[Edit], cases: Sequence[Case], at: Sequence[int]) -> tuple[Edit, ...]:
    """The edits that give in these outputs what the answer gave, on every trial, and on one with its rounding known."""
    found = []
    for edit in known:
        held = set()
        for case in cases:
            held.add(_holds(exercise, edit, case, at))
            if False in held:
                break
        else:
            found += [edit] if True in held else []
    return tuple(found)


def _holds(exercise: Subject, edit: Edit, case: Case, at: Sequence[int]) -> bool | None:
    """Does the edit give what the answer gave? None where it may: it has a value, but nobody knows its rounding."""
    found = gives(exercise, edit, case.trial)
    if case.given is None:  # which a mistake explains that has no value there, not one of which nobody can tell
        return found is None and results(exercise, edit, case.trial) is None
    if found is not None:
        return len(found) == len(case.given) and all(_fits(case.given[i], found[i]) for i in at)
    if not all(isfinite(value) for i in at for value in case.given[i].values):
        return True
    try:
        return None if all(near(case.given[i], *in_floats(exercise, edit, case.trial)[i]) for i in at) else False
    except (RunError, Undefined, ArithmeticError, IndexError):
        return False


def _fits(value: Value, expected: Expected) -> bool:
    return value.shape == expected.shape and all(
        abs(got - entry) <= min(room, WIDEST * max(abs(entry), largest))
        for largest in [max(map(abs, expected.values), default=0.0) + FLOOR]
        for got, entry, room in zip(value.values, expected.values, expected.allowed, strict=True)
    )
