"""Several factors at once that an output, a term of it or a penalty is off by: the sign, a 2, a number of samples; and
one of them beside another mistake.
"""

import ast
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

from compare.exercises.formulas.function import Function
from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import RunError
from compare.exercises.judging import Case, Trial
from compare.exercises.reference.mistakes.computed import FIRST, ROUGH, Subject, in_floats
from compare.exercises.reference.mistakes.edits import Edit, Place, places
from compare.exercises.reference.mistakes.slips import formula as formula_of
from compare.exercises.reference.mistakes.slips import put


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


def factors(exercise: Subject, cases: Sequence[Case], at: int) -> Iterator[Edit]:
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


def two_slips(exercise: Subject, known: Sequence[Edit], cases: Sequence[Case], at: int) -> Iterator[Edit]:
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
        shape, entries = in_floats(exercise, edit, case.trial)[at]
    except (RunError, Undefined, ArithmeticError, IndexError):
        return None
    if got.shape != shape or not all(map(isfinite, (*got.values, *entries))):
        return None
    return [*got.values], entries, ROUGH * max(map(abs, (*got.values, *entries)), default=0.0)


def _direction(exercise: Subject, place: Place, case: Case, at: int) -> _Direction | None:
    """How far the answer is from where the place has no part in it, that part, and the room; None without a value."""
    try:
        other = (put("0 * a", a=place.value), place.value)
        none, once = (in_floats(exercise, _edit(exercise, place, each), case.trial)[at] for each in other)
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
