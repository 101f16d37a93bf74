"""Which slip gives the numbers that somebody wrote on paper.

A number tells as much as it has digits. What is made often is told wherever it fits; what is rare, and two mistakes at
once, only where hardly any other number of its size would have been explained as well. The bundled course has its
table of mistakes; the slips of any other course follow from its formulas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises.digits import Printed
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.kinds import NUMBERS
from compare.exercises.formulas.numbers import Undefined, number
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.reference import prepared
from compare.exercises.reference.mistakes.edits import edits
from compare.exercises.table import hypotheses, programs
from compare.exercises.table.allowance import allowances
from compare.exercises.table.by_table import is_line
from compare.exercises.table.comparison import as_float
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.mistakes import RARE
from compare.exercises.table.programs import Program

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.records.paper import Sheet

SELDOM = RARE | {"column-broadcast"}  # nobody spreads arrays out on paper
RARELY = 1 / 100  # of the numbers of one size and as many digits: fewer are explained by chance


class Fit(NamedTuple):
    """What mistakes give: the numbers, and how far rounding may take each; `of_slopes`, where a right step follows."""

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    rooms: tuple[float, ...]
    of_slopes: bool = False
    words: Mapping[str, Any] = {}

    def gives(self, written: Mapping[int, Printed]) -> bool:
        return all(
            (value := self.values[i]) is not None and one.is_near(value, self.rooms[i]) for i, one in written.items()
        )


def explanations(course: Course, sheet: Sheet, before: Sheet | None) -> tuple[Fit, ...]:
    """The only explanation of the smallest size, or two of the very same numbers: for all that is written, or for what
    is wrong of it. `before` is the gradient that a step may have followed, where none is written."""
    if not is_line(course.formulas):
        return _by_edits(course, sheet)
    for known, is_often in _by_size(sheet, before):
        for written in (sheet.written, sheet.wrong):
            if found := _told(known, sheet, written, is_often):
                return found[0]
    return ()


def _by_edits(course: Course, sheet: Sheet) -> tuple[Fit, ...]:
    """The first slip in the formulas that gives the numbers, where all that do give the very same."""
    from compare.exercises.reference.named import words  # which needs all that judges functions

    reference, found = prepared.parsed(course.formulas), list[Fit]()
    for edit in edits(reference, sheet.function):
        try:
            values = outputs(Run(reference, NUMBERS, edit.replaced).call(edit.runs, list(sheet.given.values())))
        except (RunError, Undefined, ArithmeticError):
            continue
        if len(values) == len(sheet.found):
            ours = [None if isinstance(value, Array | list) else number(value) for value in values]
            told = {edit.name: words(course, reference, sheet.function.name, edit)}
            exact = tuple(None if one is None else float(one.value) for one in ours)
            found.append(Fit((edit.name,), exact, tuple(one.allowance if one else 0.0 for one in ours), words=told))
    for written in (sheet.written, sheet.wrong):
        fitting = [fit for fit in found if fit.gives(written)]
        if fitting:
            same = all(fit.values[i] == fitting[0].values[i] for fit in fitting for i in sheet.wrong)
            return (fitting[0],) if same and _chance(found, sheet.wrong) < RARELY else ()
    return ()


def _by_size(sheet: Sheet, before: Sheet | None) -> Iterator[tuple[list[Fit], bool]]:
    """Mistakes that are often made, rare ones; the same of the gradient that a step may have followed; two at once."""
    task = sheet.function.name
    single = [_fits(sheet, hypotheses.of_one(task))]
    if before:
        slopes = _fits(before, hypotheses.of_one(before.function.name))
        single.append([_stepped(sheet, fit) for fit in slopes])
    for known in single:
        yield [fit for fit in known if not SELDOM & {*fit.names}], True
        yield known, False
    yield _fits(sheet, hypotheses.of_two(task)), False


def _told(known: Sequence[Fit], sheet: Sheet, written: Mapping[int, Printed], is_often: bool) -> list[tuple[Fit, ...]]:
    """What is to be told of those that fit, which may be nothing; an empty list where none fits."""
    fitting = {fit.names: fit for fit in reversed(known) if fit.gives(written)}
    if not fitting:
        return []
    first, *others = [fit for fit in known if fitting.get(fit.names) is fit]
    same = [fit for fit in others if all(fit.values[i] == first.values[i] for i in sheet.wrong)]
    if len(others) != len(same) or len(others) > 1:
        return [()]
    return [(first, *same)] if is_often or _chance(known, sheet.wrong) < RARELY else [()]


def _chance(known: Sequence[Fit], wrong: Mapping[int, Printed]) -> float:
    """Which part of the numbers from half of those written to twice them, and as many digits, `known` would explain."""
    found = 1.0
    for i, one in wrong.items():
        size = abs(one.value)
        values = {fit.values[i] for fit in known}
        near = sum(value is not None and size / 2 <= abs(value) <= 2 * size for value in values)
        found *= min(1.0, near * one.half / (1.5 * size)) if size else 1.0  # of either sign
    return found


def _fits(sheet: Sheet, known: Sequence[Hypothesis]) -> list[Fit]:
    """What the mistakes of the table give, each where it has a value."""
    found, given = list[Fit](), _exactly(sheet.given)
    for one in known:
        try:
            values = programs.results(sheet.function.name, one.program, given)
            rooms = _rooms_of(sheet, one.program, given)
        except ZeroDivisionError:
            continue
        numbers = (None if isinstance(value, list) else as_float(value) for value in values)
        found.append(Fit(one.names, tuple(numbers), tuple(rooms)))
    return found


def _exactly(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [number(each).value for each in value.entries] if isinstance(value, Array) else number(value).value
        for name, value in given.items()
    }


def _stepped(sheet: Sheet, slopes: Fit) -> Fit:
    """A right step along a wrong gradient."""
    given = _exactly(sheet.given)
    rate, start = float(given["lr"]), (float(given["w"]), float(given["b"]))
    along = tuple(None if own is None else p - rate * own for p, own in zip(start, slopes.values, strict=True))
    rooms = tuple(sheet.room(i) + abs(rate) * room for i, room in enumerate(slopes.rooms))
    return Fit(slopes.names, along, rooms, of_slopes=True)


def _rooms_of(sheet: Sheet, program: Program, given: Mapping[str, Any]) -> list[float]:
    """What rounding may do to the results of `program`; a step carries that of dw and db on, without lr whole."""
    floats = {name: [*map(float, v)] if isinstance(v, list) else float(v) for name, v in given.items()}
    rooms = [output[0] for output in allowances(sheet.function.name, program, floats)]
    if sheet.function.name != "sgd_step":
        return rooms
    shrunk = 1.0 if program.rate else abs(float(given["lr"]))
    return [own + sheet.room(i) / shrunk for i, own in enumerate(rooms)]
