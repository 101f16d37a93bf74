"""Which mistake explains what an answer gave: an edit of the formulas that gives the same on every trial, or none.

One edit that gives all outputs comes before one for each wrong output. An edit that has no value where the answer gave
one explains nothing, nor does one whose own allowance is no longer small against its values.
"""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from compare.exercises.judging import Case, Expected, Trial, Truth
from compare.exercises.reference.edits import WHOLE, Edit, edits
from compare.exercises.reference.inputs import flat, floats, numbers, truth
from compare.exercises.reference.numbers import Undefined
from compare.exercises.reference.prepared import Prepared
from compare.exercises.reference.run import FLOATS, NUMBERS, Run, RunError, outputs
from compare.sandbox.calls import Value

FIRST = 4  # trials that an edit must pass in floats
ROUGH = 2.0**-10  # of the values
WIDEST = 2.0**-8  # of its own values: an allowance beyond explains nothing
FLOOR = 2.0**-10  # of what may be all zeros


class Explained(NamedTuple):
    """Edits that explain the wrong outputs: one for all of them, or one for each that can be explained.

    `also` gives the very same numbers; `apart` holds the output that each explains alone.
    """

    edits: tuple[Edit, ...]
    also: tuple[Edit, ...] = ()
    apart: tuple[int, ...] = ()


def explain(exercise: Prepared, cases: Sequence[Case], wrong: Sequence[int]) -> Explained | None:
    """What explains the wrong outputs; None where nothing does."""
    if all(case.given is None for case in cases):  # what never gave a number tells nothing about its formulas
        return None
    everything = tuple(range(len(exercise.outputs)))
    known = edits(exercise.reference, exercise.function)
    rough = [_roughly(exercise, edit, cases) for edit in known]
    likely = [edit for edit, may in zip(known, rough, strict=True) if may >= set(everything)]
    whole = _holding(exercise, likely, cases, everything)
    if whole:
        return Explained(whole[:1], _others(whole))
    found = {}
    for at in wrong:
        likely = [edit for edit, may in zip(known, rough, strict=True) if at in may]
        alone = _holding(exercise, likely, cases, (at,))
        if alone:
            found[at] = alone[0]
    if not found:
        return None
    return Explained(tuple(found.values()), (), tuple(found))


def _others(whole: Sequence[Edit]) -> tuple[Edit, ...]:
    """The first of those that coincide with the first and are of another kind; an author's word is enough."""
    if not whole[0].piece or whole[0].kind in WHOLE:
        return ()
    return tuple(edit for edit in whole[1:] if edit.kind != whole[0].kind)[:1]


def gives(exercise: Prepared, edit: Edit, trial: Trial) -> Truth | None:
    """What an edit gives on a trial, with its allowance; None where it has no value."""
    try:
        given = numbers(exercise.function, trial)
        return truth(Run(exercise.reference, NUMBERS, edit.replaced).call(edit.runs, given))
    except (RunError, Undefined, ArithmeticError):
        return None


def _roughly(exercise: Prepared, edit: Edit, cases: Sequence[Case]) -> set[int]:
    """The outputs that an edit may give, by the first few trials, in floats."""
    left = set(range(len(exercise.outputs)))
    for trial, values in [(case.trial, case.given) for case in cases if case.given is not None][:FIRST]:
        try:
            given = floats(exercise.function, trial)
            result = outputs(Run(exercise.reference, FLOATS, edit.replaced).call(edit.runs, given))
            found = [flat(each) for each in result]
        except (RunError, Undefined):
            return set()
        except ArithmeticError:
            continue
        left = {at for at in left if at < len(found) and _near(values[at], *found[at])}
        if not left:
            break
    return left


def _near(value: Value, shape: tuple[int, ...], entries: Sequence[float]) -> bool:
    size = max((abs(entry) for entry in entries), default=0.0)
    return value.shape == shape and all(
        abs(got - entry) <= ROUGH * size + 1e-30 for got, entry in zip(value.values, entries, strict=True)
    )


def _holding(exercise: Prepared, known: Sequence[Edit], cases: Sequence[Case], at: Sequence[int]) -> tuple[Edit, ...]:
    return tuple(edit for edit in known if all(_holds(exercise, edit, case, at) for case in cases) and cases)


def _holds(exercise: Prepared, edit: Edit, case: Case, at: Sequence[int]) -> bool:
    """Does the edit give what the answer gave in these outputs?"""
    found = gives(exercise, edit, case.trial)
    if case.given is None:
        return found is None
    if found is None:
        return not all(isfinite(value) for i in at for value in case.given[i].values)
    return len(found) == len(case.given) and all(_fits(case.given[i], found[i]) for i in at)


def _fits(value: Value, expected: Expected) -> bool:
    return value.shape == expected.shape and all(
        abs(got - entry) <= min(room, WIDEST * max(abs(entry), largest))
        for largest in [max(map(abs, expected.values), default=0.0) + FLOOR]
        for got, entry, room in zip(value.values, expected.values, expected.allowed, strict=True)
    )
