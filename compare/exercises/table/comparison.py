"""Does a program, right or wrong, give what an answer gave?"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from compare.exercises.judging import Case, Expected, Trial, Truth, matches
from compare.exercises.table import programs
from compare.exercises.table.allowance import aligned, allowances, flat, magnitudes
from compare.exercises.table.programs import PARAMETERS, Program, State, is_smooth
from compare.exercises.table.run_allowance import loss_allowances, size_of_loss
from compare.sandbox.calls import Value
from compare.truth import exact

DOUBLE = 2.0**-26  # of an allowance, which is for float32: what a double's own rounding, 2^-29 of it, cannot amount to
COARSE = 2.0**-10  # of the magnitudes: above the allowance of the short runs, below any mistake

Entries: TypeAlias = list[float]
Answered: TypeAlias = tuple[Trial, tuple[Value, ...]]  # a trial on which the answer gave something


def explains(task: str, program: Program, cases: Sequence[Case], outputs: Sequence[int]) -> bool:
    """Does the program give what the answer gave, exactly, wherever it has a value, and has it one anywhere?"""
    defined = False
    for case in cases:
        gives = _gives(task, program, case, outputs)
        if gives is False:
            return False
        defined = defined or gives is True
    return defined


def _gives(task: str, program: Program, case: Case, outputs: Sequence[int]) -> bool | None:
    """Does the program give what the answer gave on one trial? None where it has no value.

    Computed in doubles, which nearly always tells for certain, and else exactly. Where it is equal it fits whatever the
    allowances are: they take most of the time.
    """
    inputs, smooth = tuple(case.trial.items()), is_smooth(program)
    nearly = _values(task, program, inputs, exact=not smooth)
    if nearly is None:
        return None
    if case.given is None:
        return False
    if smooth and all(_is_equal(case.given[i], nearly[i]) for i in outputs):
        return True
    if (rooms := _rooms(task, program, inputs)) is None:
        return None
    found = {_surely_matches(case.given[i], nearly[i]._replace(allowed=rooms[i])) for i in outputs}
    if None in found and False not in found:
        truly = _values(task, program, inputs, exact=True)
        return truly is not None and all(matches(case.given[i], truly[i]._replace(allowed=rooms[i])) for i in outputs)
    return False not in found


def _is_equal(value: Value, found: Expected) -> bool:
    return value.shape == found.shape and list(value.values) == found.values


def _surely_matches(value: Value, nearly: Expected) -> bool | None:
    """`matches`, where the entries are off by far less than their allowances; None where that leaves it open."""
    if matches(value, _widened(nearly, 1 - DOUBLE)):
        return True
    return None if matches(value, _widened(nearly, 1 + DOUBLE)) else False


def _widened(nearly: Expected, factor: float) -> Expected:
    return nearly._replace(allowed=[factor * room for room in nearly.allowed])


@lru_cache(maxsize=4096)  # a class makes the same few mistakes
def _values(task: str, program: Program, inputs: tuple[tuple[str, Any], ...], exact: bool) -> Truth | None:
    """What the program gives, with nothing allowed yet; None where it has no value."""
    trial = dict(inputs)
    try:
        found = programs.results(task, program, exactly(trial) if exact else trial)
        return tuple(expected(value, []) for value in found)
    except ZeroDivisionError:
        return None


@lru_cache(maxsize=4096)
def _rooms(task: str, program: Program, inputs: tuple[tuple[str, Any], ...]) -> list[Entries] | None:
    """How far from each of those an answer may be; None where that has no value."""
    try:
        return room(task, program, dict(inputs))
    except ZeroDivisionError:
        return None


def could_explain(task: str, program: Program, answered: Sequence[Answered], outputs: Sequence[int]) -> bool:
    """The same in floats; of losses, up to the first that is clearly another."""
    for trial, given in answered:
        try:
            if not _roughly(task, program, trial, given, outputs):
                return False
        except ZeroDivisionError:
            continue
    return True


def _roughly(task: str, program: Program, trial: Trial, given: Sequence[Value], outputs: Sequence[int]) -> bool:
    if "epochs" in trial and program.returned is None:
        return _losses_roughly(program, trial, given[0])
    values, rooms = programs.results(task, program, trial), room(task, program, trial)
    return all(matches(given[i], expected(values[i], rooms[i])) for i in outputs)


def _losses_roughly(program: Program, trial: Trial, value: Value) -> bool:
    if value.shape != (trial["epochs"] + 1 + program.more,):
        return False
    run = _run(program, tuple(trial.items()))
    return all(run.is_near(epoch, got) for epoch, got in enumerate(value.values))


class _Run:
    """The losses of a program on one input, computed as far as they have been asked for."""

    def __init__(self, program: Program, inputs: tuple[tuple[str, Any], ...]) -> None:
        self._plus, self._large = aligned(program), _magnitudes(inputs)
        self._left, self._known = programs.records(program, dict(inputs)), list[tuple[State, float]]()
        self._sizes: dict[int, float] = {}

    def is_near(self, epoch: int, got: float) -> bool:
        """Is it within a coarse part of the loss, or else of the loss at the magnitudes, which is never less?

        Raises `ZeroDivisionError` where the program has no value.
        """
        while len(self._known) <= epoch:
            if (found := next(self._left, None)) is None:
                raise ZeroDivisionError  # as it has before, at which the records end
            self._known.append(found)
        state, loss = self._known[epoch]
        off = abs(got - loss)
        if off <= COARSE * abs(loss):
            return True
        if epoch not in self._sizes:
            self._sizes[epoch] = size_of_loss(self._plus, self._large, state)
        return off <= COARSE * self._sizes[epoch]


@lru_cache(maxsize=8192)  # whatever is tried on one wrong answer is tried on the next
def _run(program: Program, inputs: tuple[tuple[str, Any], ...]) -> _Run:
    return _Run(program, inputs)


@lru_cache(maxsize=64)
def _magnitudes(inputs: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return magnitudes(dict(inputs))


def room(task: str, program: Program, trial: Trial) -> list[Entries]:
    """How far from each entry of each output of `program` an answer may be."""
    if "epochs" not in trial or program.returned == PARAMETERS:
        return allowances(task, program, trial)
    losses = loss_allowances(program, trial)
    return [losses[-1:] if program.returned else losses]


def expected(output: Any, allowed: Entries) -> Expected:
    """An output of a program, exact or not, as what to compare with."""
    if isinstance(output, list | tuple):
        inner = (len(output[0]),) if output and isinstance(output[0], list) else ()
        return Expected((len(output), *inner), [as_float(value) for value in flat(output)], allowed)
    return Expected((), [as_float(output)], allowed)


def as_float(value: Fraction | float) -> float:
    """The nearest double; infinite beyond the largest."""
    return value if isinstance(value, float) else exact.nearest(*value.as_integer_ratio())


def exactly(trial: Trial) -> dict[str, Any]:
    """The trial's floats as the rationals they are."""
    return {name: _exact(value) for name, value in trial.items()}


def _exact(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [Fraction(v) for v in value]
    return Fraction(value) if isinstance(value, float) else value
