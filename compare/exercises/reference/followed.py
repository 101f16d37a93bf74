"""Right, given a student's own earlier steps: what the reference gives with what these are in their places.

Two kinds of wrong steps pass on what they are, and the judge puts them together itself, from the formulas:

- a loss, or a slope, that is c(n) times the one asked for (`multiples.py`). What calls it meets it so; and the slopes
  of a loss that is c times the asked one are c times the asked ones;
- a prediction, which a loss is made of, that is one known mistake in every value. It is never differentiated, as the
  derivative of what nobody asked for is not what was asked.

Whatever else is wrong would make of what follows another, perhaps easier, problem: what calls that is run once more
with right steps in their places (`mending.py`). A step that gives two values for one input passes nothing on.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import product
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises.formulas.arrays import Array, shape_of
from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import FLOATS, NUMBERS, Kind
from compare.exercises.formulas.numbers import Number, Undefined, number
from compare.exercises.formulas.run import Asked, Run, RunError, outputs
from compare.exercises.judging import Case, Judged, Trial, Truth, changing, samples
from compare.exercises.multiples import SUPPORT, Multiple, is_shaped, likely, multiples
from compare.exercises.reference.mistakes.edits import called
from compare.exercises.reference.prepared import Prepared
from compare.exercises.trials.inputs import flat, floats, numbers, truth

if TYPE_CHECKING:
    from compare.exercises.reference.named import Explanation

FACTORS = ("halved", "doubled", "by-factor", "multiplied", "sum-not-mean", "divided-by-n")  # kinds that only scale
LARGEST = 2.0**1000  # of what follows from own steps: a run at a larger rate may go far
OVERFLOW = 2.0**128  # of float32
CLOSE = 2.0**-40  # of a value: what float64 leaves of it in most programs


class Own(NamedTuple):
    """What the student's wrong steps are: by n, what may stand before the right one; or the mistake of a prediction."""

    multiples: Mapping[str, Mapping[int, Multiple]]
    mistakes: Mapping[str, Explanation]

    @property
    def steps(self) -> set[str]:
        return {*self.multiples, *self.mistakes}

    def only(self, steps: Collection[str]) -> Own:
        multiples = {name: one for name, one in self.multiples.items() if name in steps}
        return Own(multiples, {name: one for name, one in self.mistakes.items() if name in steps})


class Choice(NamedTuple):
    """What stands in the places of the right steps: constants before some of them, mistakes of others. `slopes` says
    whether those of a loss with a constant have it, too."""

    constants: Mapping[str, Fraction]
    mistakes: Mapping[str, Explanation]
    slopes: bool


def steps_of(exercise: Prepared, names: Collection[str]) -> tuple[str, ...]:
    """Of those functions, the ones that an exercise may follow from, in the reference's order: what it calls, the loss
    that it is the gradient of, and what that calls."""
    reference, functions = exercise.reference, [exercise.function]
    if exercise.function.loss:
        functions.append(reference.functions[exercise.function.loss])
    below = {each.name for function in functions for each in called(reference, function)} | {exercise.function.loss}
    return tuple(name for name in reference.own if name in names and name in below and name != exercise.name)


def passed_on(exercise: Prepared, wrong: Judged, explained: Explanation | None) -> Own:
    """What a wrong step passes on of itself; nothing where it is no multiple of a loss or slope, and no prediction that
    is one known mistake throughout, or where it gives two values for one input."""
    name, reference = exercise.name, exercise.reference
    if changing(wrong.cases):
        return Own({}, {})
    if exercise.function.loss or any(name in _losses(reference, each) for each in reference.own.values()):
        found = multiples(wrong.cases, wrong.truths)
        return Own({name: found} if _is_told(found) else {}, {})
    return Own({}, {name: explained} if explained and _is_prediction(exercise, wrong, explained) else {})


def _losses(reference: Reference, function: Function) -> Iterator[str]:
    """The loss that a gradient is taken of; where that only calls another, the other as well."""
    name = function.loss
    while name in reference.own:
        yield name
        result = reference.own[name].result
        name = result.func.id if isinstance(result, ast.Call) and isinstance(result.func, ast.Name) else ""


def _is_told(found: Mapping[int, Multiple]) -> bool:
    """Is there one constant for each n? A single sample may have no value, as where it is divided by n - 1."""
    told = [one for n, one in found.items() if n > 1 or not one.silent]
    return any(one.support >= SUPPORT for one in told) and all(one.finite and one.spans for one in told)


def _is_prediction(exercise: Prepared, wrong: Judged, explained: Explanation) -> bool:
    """Is it what a loss is made of, with one mistake that is more than a factor, and in its right shape everywhere?"""
    functions = exercise.reference.functions
    losses = (functions[each.loss] for each in exercise.reference.own.values() if each.loss)
    return (
        any(exercise.function in called(exercise.reference, loss) for loss in losses)
        and explained.is_whole
        and [name.partition("(")[0] in FACTORS for name in explained.names] == [False]
        and all(case.given and is_shaped(case.given, out) for case, out in zip(wrong.cases, wrong.truths, strict=True))
    )


def follows(exercise: Prepared, cases: Sequence[Case], own: Own) -> bool:
    """Does the exercise give what the reference gives with the student's own steps in their places, and is that another
    value for other inputs?"""
    told = [case for case in cases if all(samples(case.trial) in found for found in own.multiples.values())]
    return any(_agrees(exercise, told, own, slopes) for slopes in (False, True))


def _agrees(exercise: Prepared, cases: Sequence[Case], own: Own, slopes: bool) -> bool:
    different = set()
    for case in cases:
        found = _fitting(exercise, case, own, slopes)
        if found is None:
            return False
        different.add(tuple(f"{entry:.6g}" for out in found for entry in out))
    return len(different) > 1


def _fitting(exercise: Prepared, case: Case, own: Own, slopes: bool) -> list[Sequence[float]] | None:
    """The numbers that the case should give with the own steps, if it gives them. What depends on a step without a
    value has none: such a step is taken for the right one and for twice the right one."""
    n = samples(case.trial)
    of_n = {name: found[n] for name, found in own.multiples.items()}
    told = {name: dict.fromkeys(likely(one.spans)) for name, one in of_n.items() if not one.silent}
    silent = [name for name, one in of_n.items() if one.silent]
    for chosen in product(*told.values()):
        constants = dict(zip(told, chosen, strict=True))
        if not silent and (nearly := _nearly(exercise, case, Choice(constants, own.mistakes, slopes))):
            return nearly
        ways = [constants | dict.fromkeys(silent, Fraction(times)) for times in (1, 2)[: 1 + bool(silent)]]
        found = [_truth(exercise, case.trial, Choice(one, own.mistakes, slopes)) for one in ways]
        if found[0] and found[-1] and _fits(case, n, found[0], found[-1], bool(silent)):
            return [out.values for out in found[0]]
    return None


def _nearly(exercise: Prepared, case: Case, choice: Choice) -> list[Sequence[float]] | None:
    """The numbers in floats, where those of the case are so near to them that they are within any allowance: it has
    room for a rounding of float32 at least, of the value itself. Saves to find what the allowance is."""
    try:
        found = [flat(one) for one in outputs(_composed(FLOATS, exercise, case.trial, choice))]
    except (RunError, Undefined, ArithmeticError):
        return None
    near = case.given is not None and all(
        value.shape == shape
        and all(abs(got - entry) <= CLOSE * abs(entry) for got, entry in zip(value.values, entries, strict=True))
        for value, (shape, entries) in zip(case.given, found, strict=True)
    )
    return [entries for _, entries in found] if near else None


def _truth(exercise: Prepared, trial: Trial, choice: Choice) -> Truth | None:
    """The numbers with what is allowed of each; None where it has no value."""
    try:
        return truth(_composed(NUMBERS, exercise, trial, choice), LARGEST)
    except (RunError, Undefined, ArithmeticError):
        return None


def _fits(case: Case, n: int, found: Truth, other: Truth, silent: bool) -> bool:
    if case.given is None:
        return silent
    return all(
        value.shape == one.shape and all(map(partial(_is, n), value.values, one.values, one.allowed, two.values))
        for value, one, two in zip(case.given, found, other, strict=True)
    )


def _is(n: int, got: float, value: float, allowed: float, other: float) -> bool:
    """Is it that value; or none, where it has none, or where float32 holds no sum of n such?"""
    if value != other:
        return not isfinite(got)
    return abs(got - value) <= allowed if isfinite(got) else abs(value) >= OVERFLOW / n


def _composed(kind: Kind, exercise: Prepared, trial: Trial, choice: Choice) -> Any:
    """What the reference gives with that in the places of its steps. Raises `RunError`, `Undefined`."""
    reference, (constants, mistakes, slopes) = exercise.reference, choice

    def right(name: str, given: Sequence[Any], asked: Asked | None) -> Any:
        return Run(reference, kind, asked=asked).call(name, given)

    def asked(name: str, given: Sequence[Any], is_slope: bool = False) -> Any:
        function = reference.functions[name]
        if name in constants and not is_slope:
            return _times(kind, right(name, given, None), constants[name])
        if name in mistakes:
            return _mistaken(kind, reference, function, given, mistakes[name])
        c = next((constants[loss] for loss in _losses(reference, function) if loss in constants), None)
        if slopes and not is_slope and c is not None:
            return _times(kind, right(name, given, partial(asked, is_slope=True)), c)
        return right(name, given, partial(asked, is_slope=is_slope))

    if kind is FLOATS:
        return asked(exercise.name, floats(exercise.function, trial))
    return asked(exercise.name, [_each(_quick, value) for value in numbers(exercise.function, trial)])


def _each(of: Callable[..., Any], *values: Any) -> Any:
    """`of` every number of a value, or of several of one form."""
    first = values[0]
    if isinstance(first, (tuple, list)):
        return type(first)(_each(of, *parts) for parts in zip(*values, strict=True))
    if isinstance(first, Array):
        return Array(first.shape, [of(*entries) for entries in zip(*(each.entries for each in values), strict=True)])
    return of(*values)


def _quick(value: Any) -> Any:
    """In floats, not fractions: these round 2⁻²⁹ times what is allowed for float32."""
    return value if isinstance(value, int) else Number(float(value.value), value.magnitude)


def _times(kind: Kind, value: Any, c: Fraction) -> Any:
    """c times a value; what a constant rounds is in its span."""
    if kind is FLOATS:
        return _each(lambda entry: float(c) * entry, value)
    before = Number(float(c), abs(float(c)), -1)  # of which a product counts one rounding
    return _each(lambda entry: before * number(entry), value)


def _mistaken(kind: Kind, reference: Reference, function: Function, given: Sequence[Any], mistake: Explanation) -> Any:
    """What a known mistake makes of it, with the rounding of the right value, sized as it is. Raises `Undefined`."""
    trial = {each.name: _in_floats(value) for each, value in zip(function.parameters, given, strict=True)}
    right, found = Run(reference, kind).call(function.name, given), mistake.known.on(trial)
    if found is None or [shape for shape, _ in found] != [shape_of(each) for each in outputs(right)]:
        raise Undefined
    values = tuple(Array(shape, entries) if shape else entries[0] for shape, entries in found)
    value = values if isinstance(right, tuple) else values[0]
    return value if kind is FLOATS else _each(_sized, right, value)


def _in_floats(value: Any) -> Any:
    return value if isinstance(value, int) else _each(lambda entry: float(number(entry).value), value)


def _sized(right: Any, got: float) -> Number:
    one = number(right)
    own = abs(got) / abs(float(one.value)) if one.value else 1.0
    grown = max(own, 1.0)
    carried = {step: by * grown for step, by in one.carried.items()} if one.carried else None
    return Number(got, max(one.magnitude * grown, abs(got)), one.count, one.error * grown, carried)
