"""What a mistake gives on a trial: with its allowance, or roughly, in floats."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import FLOATS, NUMBERS
from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.judging import Case, Trial, Truth
from compare.exercises.reference.mistakes.edits import Edit, edits
from compare.exercises.trials.inputs import flat, floats, numbers, truth
from compare.sandbox.calls import Value

FIRST = 4  # trials that an edit must pass in floats
ROUGH = 2.0**-10  # of the values


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


class _Same:
    """An object as a key: that very one. A class makes the same few mistakes on the same trials."""

    __slots__ = ("of",)

    def __init__(self, of: Any) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.of is other.of


def edits_of(exercise: Subject) -> tuple[Edit, ...]:
    """All mistakes of an exercise."""
    return _edits(_Same(exercise.reference), exercise.name)


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


def roughly(exercise: Subject, edit: Edit, cases: Sequence[Case]) -> set[int]:
    """The outputs that an edit may give, by the first few trials, in floats."""
    left = set(range(len(exercise.outputs)))
    for trial, values in [(case.trial, case.given) for case in cases if case.given is not None][:FIRST]:
        try:
            found = in_floats(exercise, edit, trial)
        except RunError:
            return set()
        except (Undefined, ArithmeticError):
            continue
        left = {at for at in left if at < len(found) and near(values[at], *found[at])}
        if not left:
            break
    return left


Flat = list[tuple[tuple[int, ...], list[float]]]


def results(exercise: Subject, edit: Edit, trial: Trial) -> Results | None:
    """What an edit gives on a trial, in floats; None where it has no value."""
    try:
        return in_floats(exercise, edit, trial)
    except (RunError, Undefined, ArithmeticError):
        return None


def in_floats(exercise: Subject, edit: Edit, trial: Trial) -> Flat:
    """The same. Raises `RunError`, `Undefined` or `ArithmeticError` where it has no value."""
    found = _run_in_floats(_Same(exercise.reference), exercise.name, _Same(edit), _Same(trial))
    if isinstance(found, Exception):
        raise found
    return found


@lru_cache(maxsize=16384)
def _run_in_floats(reference: _Same, name: str, edit: _Same, trial: _Same) -> Flat | Exception:
    run = Run(reference.of, FLOATS, edit.of.replaced)
    try:
        found = run.call(edit.of.runs, floats(reference.of.functions[name], trial.of))
        return [flat(each) for each in outputs(found)]
    except (RunError, Undefined, ArithmeticError) as error:
        return error.with_traceback(None)


def near(value: Value, shape: tuple[int, ...], entries: Sequence[float]) -> bool:
    """Is a value of that shape, and roughly those numbers?"""
    size = max((abs(entry) for entry in entries), default=0.0)
    return value.shape == shape and all(
        abs(got - entry) <= ROUGH * size + 1e-30 for got, entry in zip(value.values, entries, strict=True)
    )
