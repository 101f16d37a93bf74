"""Numbers from a sheet of paper, judged to the digits given by the formulas of a course.

At the lesson's start every function has its results whose parameters are known: the lesson's numbers, and what
functions above return. A result of an exercise goes by its name; one that has a parameter's is the next: `w_next`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises import Fault
from compare.exercises.digits import Printed, plain, printed
from compare.exercises.findings import GRADIENT, RIGHT, VALUE, WRONG, Counterexample, ExerciseFinding
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import NUMBERS
from compare.exercises.formulas.numbers import Number, Undefined, number
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.formulas.shapes import output_names
from compare.exercises.judging import Miss
from compare.exercises.records.slips import Fit, explanations
from compare.exercises.reference import by_hand, prepared
from compare.lessons import Lesson

if TYPE_CHECKING:
    from compare.exercises.course import Course

NEXT = "_next"


class Sheet(NamedTuple):
    """What a function gives: its arguments, its results with their rounding, and the written numbers, by output."""

    function: Function
    given: Mapping[str, Any]
    found: tuple[Any, ...]
    names: tuple[str, ...]  # of its outputs
    written: Mapping[int, Printed]

    @property
    def labels(self) -> tuple[str, ...]:
        """What its outputs are called on paper; "" where one is no number."""
        own = [each.name for each in self.function.parameters]
        names = (f"{name}{NEXT}" if name in own else name for name in self.names)
        return tuple("" if isinstance(out, Array | list) else name for name, out in zip(names, self.found, strict=True))

    def truth(self, i: int) -> float:
        return float(number(self.found[i]).value)

    def room(self, i: int) -> float:
        """How far a right result in float32 may be: a number may come from a program's output."""
        return number(self.found[i]).allowance

    @property
    def wrong(self) -> dict[int, Printed]:
        return {i: one for i, one in self.written.items() if not one.is_near(self.truth(i), self.room(i))}


def diagnose_values(values: Mapping[str, str], lesson: Lesson, course: Course) -> tuple[ExerciseFinding, ...]:
    """Judge printed values such as `{"dw": "-9.52", "db": "1"}` at the lesson's start, one finding an exercise.

    Where the gradients are written, the next parameters are judged given these.
    Raises `Fault` where one of the names is not known or no number, the lesson has several features, or the course asks
    for nothing that follows from a lesson.
    """
    if isinstance(lesson.w, tuple):
        raise Fault("several-features", lesson.name)
    reference = prepared.parsed(course.formulas)
    sheets = _sheets(reference, lesson)
    known = [label for sheet in sheets if sheet.function.name in course.points for label in sheet.labels if label]
    if not known:
        raise Fault("no-values", lesson.name)
    numbers = {name: _number(name, text, known) for name, text in values.items()}
    filled = [sheet._replace(written=_written(sheet, numbers)) for sheet in sheets]
    return tuple(_finding(sheet, filled, numbers, course) for sheet in filled if sheet.written)


def _number(name: str, text: str, known: Sequence[str]) -> Printed:
    if name not in known:
        raise Fault("unknown-value", name, known=", ".join(known))
    try:
        number = printed(plain(text))
    except ValueError:
        raise Fault("not-a-number", name, given=repr(text[:40])) from None
    if number.value != number.value:
        raise Fault("not-a-number", name, given=repr(text[:40]))
    return number


def _written(sheet: Sheet, numbers: Mapping[str, Printed]) -> dict[int, Printed]:
    return {i: numbers[label] for i, label in enumerate(sheet.labels) if label in numbers}


def _sheets(reference: Reference, lesson: Lesson) -> list[Sheet]:
    """Of all functions that can be run, each after those whose results it takes; the first of a name counts."""
    x, y = (Array((len(column),), [*map(number, column)]) for column in (lesson.x, lesson.y))
    known: dict[str, Any] = {"x": x, "y": y, "w": number(lesson.w), "b": number(lesson.b)}
    known |= {name: number(value) for name, value in lesson.optimizer.items()}
    sheets, labels = list[Sheet](), set[str]()
    for function in reference.own.values():
        if all(each.name in known for each in function.parameters):
            given = {each.name: known[each.name] for each in function.parameters}
            names = output_names(reference, function)
            found = result(reference, function.name, given)
            sheet = Sheet(function, given, found, names, {})
            if found and "" not in names and not labels & {*sheet.labels} - {""}:
                sheets.append(sheet)
                labels |= {*sheet.labels}
                known = dict(zip(names, found, strict=True)) | known
    return sheets


def result(reference: Reference, name: str, given: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a function gives, an output after the other; nothing where it has no value."""
    try:
        return outputs(Run(reference, NUMBERS).call(name, list(given.values())))
    except (RunError, Undefined, ArithmeticError):
        return ()


def _finding(sheet: Sheet, sheets: Sequence[Sheet], numbers: Mapping[str, Printed], course: Course) -> ExerciseFinding:
    of = course.points[sheet.function.name]
    plain = ExerciseFinding(sheet.function.name, RIGHT, of, of, tries=1, names=sheet.names)
    if not sheet.wrong:
        return plain
    own = {name: numbers[name] for name in sheet.given if name in numbers}
    if own and _follows(sheet, own, prepared.parsed(course.formulas)):
        steps = (one.function.name for one in sheets if {*one.labels} & own.keys())
        return plain._replace(inherited=tuple(steps))
    before = None if own else next((one for one in sheets if {*one.labels} & {*sheet.given}), None)
    return _redone(_wrong(plain, sheet, explanations(course, sheet, before)), sheet, prepared.parsed(course.formulas))


def _follows(sheet: Sheet, own: Mapping[str, Printed], reference: Reference) -> bool:
    """Is every wrong result the right one along the numbers that are written?"""
    written = {name: Number(one.value, abs(one.value), error=one.half) for name, one in own.items()}
    found = result(reference, sheet.function.name, {**sheet.given, **written})
    return bool(found) and all(
        one.is_near(float(number(found[i]).value), number(found[i]).allowance) for i, one in sheet.wrong.items()
    )


def _wrong(plain: ExerciseFinding, sheet: Sheet, explained: tuple[Fit, ...]) -> ExerciseFinding:
    output, number = next(iter(sheet.wrong.items()))
    truth, names = [sheet.truth(i) for i in range(len(sheet.names))], explained[0].names if explained else ()
    given = [sheet.written[i].value if i in sheet.written else None for i in range(len(sheet.names))]
    right = [i for i in sheet.written if i not in sheet.wrong]
    return plain._replace(
        verdict=WRONG,
        points=plain.of * len(right) / len(sheet.names) if sheet.function.loss else 0.0,
        reason=VALUE,
        mistakes=names,
        also=explained[1].names if len(explained) > 1 else (),
        in_loss=tuple(name for one in explained for name in one.names) if plain.name == "mse" else (),
        fault=GRADIENT if explained and explained[0].of_slopes else None,
        words={name: told for one in explained for name, told in one.words.items()},
        outputs=tuple(sheet.names[i] for i in sheet.wrong),
        counterexample=Counterexample(_floats(sheet.given), _bare(given), _bare(truth)),
        output=sheet.names[output],
        got=number.value,
        truth=truth[output],
        off=abs(number.value - truth[output]),
        allowance=number.half + sheet.room(output),
    )


def _redone(finding: ExerciseFinding, sheet: Sheet, reference: Reference) -> ExerciseFinding:
    """With how the first wrong number is found by hand."""
    at, name = next(iter(sheet.wrong)), finding.output
    assert name
    miss = Miss(VALUE, at, None, finding.got, finding.truth, finding.off, finding.allowance, (), ())
    trial = {name: _each(value) for name, value in sheet.given.items()}
    return by_hand.redone(finding, reference, sheet.function, name, miss, trial)


def _each(value: Any) -> Any:
    """The argument in floats."""
    return value.each(_each) if isinstance(value, Array) else float(number(value).value)


def _bare(values: Sequence[float | None]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _floats(given: Mapping[str, Any]) -> dict[str, Any]:
    floats = {name: _each(value) for name, value in given.items()}
    return {name: list(value.entries) if isinstance(value, Array) else value for name, value in floats.items()}
