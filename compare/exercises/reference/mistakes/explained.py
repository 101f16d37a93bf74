"""Which mistake explains what an answer gave: an edit of the formulas that gives the same on every trial, or none.

One edit that gives all outputs comes before one for each wrong output; where there is none, several factors at once
(the sign, a 2, a number of samples) that an output, a term of it or a penalty is off by. An edit that has no value
where the answer gave one explains nothing, nor does one whose own allowance is no longer small against its values.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from itertools import takewhile
from math import isfinite
from typing import Any, NamedTuple, Protocol, TypeAlias

from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import FLOATS, NUMBERS
from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.judging import Case, Expected, Trial, Truth, is_constant
from compare.exercises.reference.mistakes.edits import WHOLE, Edit, Place, edits, places
from compare.exercises.reference.mistakes.fixed import fixed, one_sided
from compare.exercises.reference.mistakes.slips import formula as formula_of
from compare.exercises.reference.mistakes.slips import put
from compare.exercises.trials.inputs import flat, floats, numbers, truth
from compare.sandbox.calls import Value

FIRST = 4  # trials that an edit must pass in floats
ROUGH = 2.0**-10  # of the values
WIDEST = 2.0**-8  # of its own values: an allowance beyond explains nothing
FLOOR = 2.0**-10  # of what may be all zeros
EXCHANGED = "arguments-exchanged"  # is about all outputs at once


class Subject(Protocol):
    """An exercise, or whatever else has formulas and the names of its outputs."""

    @property
    def reference(self) -> Reference: ...
    @property
    def function(self) -> Function: ...
    @property
    def name(self) -> str: ...
    @property
    def outputs(self) -> tuple[str, ...]: ...


Results: TypeAlias = Sequence[tuple[tuple[int, ...], Sequence[float]]]  # by output: its shape, and its entries


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
        given = [_results(self.exercise, edit, trial) for edit in self.edits]
        if not self.apart:
            return given[0]
        found = _results(self.exercise, Edit("", "", self.exercise.name, self.exercise.name, {}), trial)
        if found is None or None in given:
            return None
        own = {at: one[at] for at, one in zip(self.apart, given, strict=True) if one}
        return [own.get(at, right) for at, right in enumerate(found)]


def commoner(exercise: Subject, explained: Explained | None) -> Iterator[Mistaken]:
    """The mistakes that stand before the one that explains an answer; all of them, where none or several do."""
    edits = _edits(_Same(exercise.reference), exercise.name)
    known = explained.edits[0] if explained and explained.is_whole else None
    for edit in takewhile(lambda each: each is not known, edits):
        yield Mistaken(frozenset((edit.name,)), partial(_results, exercise, edit))


def explain(
    exercise: Subject, cases: Sequence[Case], wrong: Sequence[int], more: Iterable[Edit] = ()
) -> Explained | None:
    """What explains the wrong outputs, of all mistakes and of `more` edits; None where nothing does."""
    if all(case.given is None for case in cases):  # what never gave a number tells nothing about its formulas
        return None
    wrong = [at for at in wrong if not is_constant(cases, (at,))]  # nor does what never varies
    everything = tuple(range(len(exercise.outputs)))
    known = (*_edits(_Same(exercise.reference), exercise.name), *more)
    rough = [_roughly(exercise, edit, cases) for edit in known]
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
        for few in (likely, quotients, _factors(exercise, cases, at), _two(exercise, known, cases, at)):
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
        if all(_gives_roughly(_results(exercise, edit, case.trial), case) for case in few):
            yield edit


def _entries(
    exercise: Subject, outputs: Iterable[int], edit: Edit, case: Case
) -> tuple[Sequence[float], Sequence[float]] | None:
    """The numbers of these outputs that an edit gives on a trial, and those that the answer gave."""
    found = _results(exercise, edit, case.trial)
    if found is None or case.given is None or len(found) != len(case.given):
        return None
    at = tuple(outputs)
    return [number for i in at for number in found[i][1]], [number for i in at for number in case.given[i].values]


def _gives_roughly(found: Results | None, case: Case) -> bool:
    assert case.given is not None
    return found is None or (len(found) == len(case.given) and all(map(_is_near, case.given, found)))


def _is_near(value: Value, found: tuple[tuple[int, ...], Sequence[float]]) -> bool:
    return _near(value, *found)


def _others(whole: Sequence[Edit]) -> tuple[Edit, ...]:
    """The first of those that coincide with the first and say another thing; an author's word is enough."""
    first = whole[0]
    if not first.piece or first.kind in WHOLE:
        return ()
    return tuple(edit for edit in whole[1:] if edit.kind != first.kind and edit.piece not in first.piece)[:1]


class _Same:
    """An object as a key: that very one. A class makes the same few mistakes on the same trials."""

    __slots__ = ("of",)

    def __init__(self, of: Any) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.of is other.of


@lru_cache(maxsize=256)
def _edits(reference: _Same, name: str) -> tuple[Edit, ...]:
    return edits(reference.of, reference.of.functions[name])


def gives(exercise: Subject, edit: Edit, trial: Trial) -> Truth | None:
    """What an edit gives on a trial, with its allowance; None where it has no value."""
    return _gives(_Same(exercise.reference), exercise.name, _Same(edit), _Same(trial))


@lru_cache(maxsize=8192)
def _gives(reference: _Same, name: str, edit: _Same, trial: _Same) -> Truth | None:
    try:
        given = numbers(reference.of.functions[name], trial.of)
        return truth(Run(reference.of, NUMBERS, edit.of.replaced).call(edit.of.runs, given))
    except (RunError, Undefined, ArithmeticError):
        return None


def _roughly(exercise: Subject, edit: Edit, cases: Sequence[Case]) -> set[int]:
    """The outputs that an edit may give, by the first few trials, in floats."""
    left = set(range(len(exercise.outputs)))
    for trial, values in [(case.trial, case.given) for case in cases if case.given is not None][:FIRST]:
        try:
            found = _in_floats(exercise, edit, trial)
        except RunError:
            return set()
        except (Undefined, ArithmeticError):
            continue
        left = {at for at in left if at < len(found) and _near(values[at], *found[at])}
        if not left:
            break
    return left


_Flat = list[tuple[tuple[int, ...], list[float]]]


def _results(exercise: Subject, edit: Edit, trial: Trial) -> Results | None:
    try:
        return _in_floats(exercise, edit, trial)
    except (RunError, Undefined, ArithmeticError):
        return None


def _in_floats(exercise: Subject, edit: Edit, trial: Trial) -> _Flat:
    found = _run_in_floats(_Same(exercise.reference), exercise.name, _Same(edit), _Same(trial))
    if isinstance(found, Exception):
        raise found
    return found


@lru_cache(maxsize=16384)
def _run_in_floats(reference: _Same, name: str, edit: _Same, trial: _Same) -> _Flat | Exception:
    run = Run(reference.of, FLOATS, edit.of.replaced)
    try:
        found = run.call(edit.of.runs, floats(reference.of.functions[name], trial.of))
        return [flat(each) for each in outputs(found)]
    except (RunError, Undefined, ArithmeticError) as error:
        return error.with_traceback(None)


def _near(value: Value, shape: tuple[int, ...], entries: Sequence[float]) -> bool:
    size = max((abs(entry) for entry in entries), default=0.0)
    return value.shape == shape and all(
        abs(got - entry) <= ROUGH * size + 1e-30 for got, entry in zip(value.values, entries, strict=True)
    )


class _Factor(NamedTuple):
    """`times`, and `size` ** `power`: the length of an argument along an axis, by the argument's name."""

    times: Fraction
    size: tuple[str, int] = ("", 0)
    power: int = 0

    def on(self, trial: Trial) -> float:
        name, axis = self.size
        return float(self.times) * (trial[name].shape[axis] ** self.power if name else 1)

    @property
    def formula(self) -> str:
        """What is written before a value."""
        name, axis = self.size
        above, below = [str(abs(self.times.numerator))], [str(self.times.denominator)]
        (above if self.power > 0 else below).append(f"len({name}{'.T' * axis})" if name else "1")
        over, under = ("*".join(part for part in parts if part != "1") for parts in (above, below))
        divided = f"/({under})" if "*" in under else f"/{under}" * bool(under)
        return "-" * (self.times < 0) + (over or "1") + divided


_ONCE = _Factor(Fraction(1))
_Direction = tuple[list[float], list[float], float]


def _factors(exercise: Subject, cases: Sequence[Case], at: int) -> Iterator[Edit]:
    """Edits of several factors at once that give one output on the first few trials."""
    given = [case for case in cases if case.given is not None][:FIRST]
    for place in places(exercise.reference, exercise.function):
        directions = [_direction(exercise, place, case, at) for case in given]
        if not any(one and any(one[1]) for one in directions) or not all(directions):
            continue
        for factor in _table(exercise.function):
            if factor == _ONCE and not place.kind:  # no mistake
                continue
            if all(_along(factor.on(case.trial), one) for case, one in zip(given, directions, strict=True) if one):
                formula = put("a * b", a=formula_of(factor.formula), b=place.value)
                piece = f"{factor.formula} * {place.piece}"
                yield _edit(exercise, place, formula, piece)


def _table(function: Function) -> list[_Factor]:
    """All factors: 4 … 1/4 with either sign, alone, and times or over each size."""
    sizes = {dim: (each.name, axis) for each in function.parameters[::-1] for axis, dim in enumerate(each.shape)}
    times = [Fraction(sign * 2**k, 4) for k in range(5) for sign in (1, -1)]
    known = [_Factor(one, size, power) for one in times for size in sizes.values() for power in (1, -1)]
    return [*(_Factor(one) for one in times), *known]


def _two(exercise: Subject, known: Sequence[Edit], cases: Sequence[Case], at: int) -> Iterator[Edit]:
    """An edit of the exercise's own formulas and a factor of the whole output that give it on the first few trials."""
    given = [case for case in cases if case.given is not None][:FIRST]
    found = (each for each in places(exercise.reference, exercise.function) if each.piece == exercise.outputs[at])
    place = next(found, None)
    for edit in known if place else ():
        assert place
        by = place.put(place.value)
        if edit.function != exercise.name or edit.runs != exercise.name or set(by) & set(edit.replaced):
            continue
        if any(isinstance(node, ast.stmt) for node in edit.replaced):
            continue
        directions = [_towards(exercise, edit, case, at) for case in given]
        if not all(directions) or not any(one and any(one[1]) for one in directions):
            continue
        for factor in _table(exercise.function):
            if all(_along(factor.on(case.trial), one) for case, one in zip(given, directions, strict=True) if one):
                scaled = place.put(put("a * b", a=formula_of(factor.formula), b=place.value))
                piece = f"{edit.name}, {factor.formula} * {place.piece}"
                yield Edit("two-slips", piece, edit.function, edit.runs, {**edit.replaced, **scaled})


def _towards(exercise: Subject, edit: Edit, case: Case, at: int) -> _Direction | None:
    """The answer, what the edit gives, and the room; None without a value or of another shape."""
    assert case.given is not None
    got = case.given[at]
    try:
        shape, entries = _in_floats(exercise, edit, case.trial)[at]
    except (RunError, Undefined, ArithmeticError, IndexError):
        return None
    if got.shape != shape or not all(map(isfinite, (*got.values, *entries))):
        return None
    return [*got.values], entries, ROUGH * max(map(abs, (*got.values, *entries)), default=0.0)


def _direction(exercise: Subject, place: Place, case: Case, at: int) -> _Direction | None:
    """How far the answer is from where the place has no part in it, that part, and the room; None without a value."""
    try:
        other = (put("0 * a", a=place.value), place.value)
        none, once = (_in_floats(exercise, _edit(exercise, place, each), case.trial)[at] for each in other)
    except (RunError, Undefined, ArithmeticError, IndexError):
        return None
    assert case.given is not None
    got = case.given[at]
    if got.shape != none[0] or once[0] != none[0] or not all(map(isfinite, got.values)):
        return None
    room = ROUGH * max((abs(each) for each in (*none[1], *once[1], *got.values)), default=0.0)
    part = [one - other for one, other in zip(once[1], none[1], strict=True)]
    return [one - other for one, other in zip(got.values, none[1], strict=True)], part, room


def _edit(exercise: Subject, place: Place, other: ast.expr, piece: str = "") -> Edit:
    return Edit(place.kind or "by-factor", piece, exercise.name, exercise.name, place.put(other))


def _along(factor: float, of: _Direction) -> bool:
    off, part, room = of
    return all(abs(one - factor * other) <= room for one, other in zip(off, part, strict=True))


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
    if case.given is None:
        return found is None
    if found is not None:
        return len(found) == len(case.given) and all(_fits(case.given[i], found[i]) for i in at)
    if not all(isfinite(value) for i in at for value in case.given[i].values):
        return True
    try:
        return None if all(_near(case.given[i], *_in_floats(exercise, edit, case.trial)[i]) for i in at) else False
    except (RunError, Undefined, ArithmeticError, IndexError):
        return False


def _fits(value: Value, expected: Expected) -> bool:
    return value.shape == expected.shape and all(
        abs(got - entry) <= min(room, WIDEST * max(abs(entry), largest))
        for largest in [max(map(abs, expected.values), default=0.0) + FLOOR]
        for got, entry, room in zip(value.values, expected.values, expected.allowed, strict=True)
    )
