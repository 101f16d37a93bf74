"""A history of a loop that a course's reference has: the `function` of `[history]` in the course.

Right are the losses that the function gives on the lesson's numbers, each with its allowance. What is wrong is
explained by a slip in its formulas, by another learning rate, by a factor of all losses or by their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises import Fault
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Function
from compare.exercises.formulas.kinds import FLOATS, NUMBERS, Kind
from compare.exercises.formulas.numbers import Undefined, number
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.records.rates import LEAST, simple
from compare.exercises.records.readings import RATES, REVERSED, SCALED, Reading
from compare.exercises.records.runs import WIDEST, Recorded
from compare.exercises.reference.mistakes.edits import Edit, edits
from compare.exercises.reference.prepared import parsed
from compare.exercises.table import hypotheses
from compare.exercises.table.mistakes import OTHER_RATE, Mistake, Variant
from compare.lessons import Lesson

if TYPE_CHECKING:
    from compare.exercises.course import Course, Formulas

ALIKE = 2.0**-40  # of the largest loss: what doubles may differ by
FEW = 2  # explanations whose rounding is followed, which takes most of the time

Given = tuple[Any, ...]  # the arguments of a function, exact
Options = tuple[tuple[str, Fraction], ...]


class Loop(NamedTuple):
    """A function of a course on the numbers of a lesson."""

    course: Course
    lesson: Lesson

    @property
    def function(self) -> Function:
        return parsed(self.course.formulas).functions[self.course.history_function]

    @property
    def epochs(self) -> int:
        """Those of the lesson, hidden ones included."""
        assert self.lesson.epochs is not None
        return self.lesson.steps_before + self.lesson.epochs

    def told(self) -> tuple[list[float], list[float]]:
        """The right losses, hidden ones first, and how far from each rounding may take a right program.

        Raises `Fault` where the function has none, or asks for what the lesson has not.
        """
        names = [each.name for each in self.function.parameters if each.name not in self._known(0)]
        if names:
            raise Fault("history-needs", self.lesson.name, function=self.function.name, names=", ".join(names))
        found = [number(one) for one in self._losses(NUMBERS)]
        if len(found) != self.epochs + 1:
            raise Fault("history-losses", self.lesson.name, function=self.function.name)
        return [float(one.value) for one in found], [one.allowance for one in found]

    def _known(self, epochs: int, options: Options = ()) -> dict[str, Any]:
        lesson = self.lesson
        data = {"x": lesson.x, "X": lesson.x, "y": lesson.y, "w": lesson.w, "b": lesson.b, "momentum": Fraction(0)}
        return {**data, **lesson.optimizer, **dict(options), "epochs": epochs}

    def _losses(
        self, kind: Kind, epochs: int | None = None, edit: Edit | None = None, options: Options = ()
    ) -> Sequence[Any]:
        """The losses of so many epochs, or of all; none where there is no value."""
        known = self._known(self.epochs if epochs is None else epochs, options)
        given = tuple(known[each.name] for each in self.function.parameters)
        if kind is NUMBERS and edit is None and not options:
            return _right(self.course.formulas, self.function.name, given)
        return _run(self.course.formulas, self.function.name, given, kind, edit)

    def readings(self, record: Recorded) -> list[Reading]:
        """What explains a wrong history: of what gives the very same losses the first, and with a slip another rate."""
        if len({loss.value for loss in record.losses}) == 1 < len(record.losses):
            return []  # a run that stands still is like many others
        found = list(self._slips(record)) or list(self._rewritten(record))
        several = [losses for _, losses in found]
        if not all(_fits(record, _rooms(one), one, several[0]) for one in several[1:]):
            return []
        of_options = [reading for reading, _ in found[1:] if reading.options]
        return [reading for reading, _ in found[:1]] + of_options[:1]

    def _slips(self, record: Recorded) -> Iterator[tuple[Reading, list[float]]]:
        """Slips in the formulas, and round learning rates: tried on the first losses, then on all of them; where none
        gives these to the digits of doubles, a few are tried with their rounding."""
        tries: list[tuple[Edit | None, Options]] = [
            (edit, ()) for edit in edits(parsed(self.course.formulas), self.function)
        ]
        if lr := self.lesson.optimizer.get("lr"):
            tries += [(None, (("lr", rate),)) for rate in RATES if rate != lr]
        early = min(record.first + record.every * LEAST + self.lesson.steps_before, self.epochs)
        tries = [one for one in tries if _fits(record, None, self._recorded(record, FLOATS, early, *one))]
        full = ((one, [float(loss) for loss in self._recorded(record, FLOATS, None, *one)]) for one in tries)
        near = [one for one in full if len(one[1]) == len(record.losses) and _fits(record, None, one[1])]
        alike = [one for one in near if _fits(record, _rooms(one[1]), one[1])]
        for (edit, options), losses in alike or near[:FEW]:
            found = [number(one) for one in self._recorded(record, NUMBERS, None, edit, options)] if not alike else []
            if alike or _fits(record, [one.allowance for one in found], losses):
                yield self._reading(edit, options), losses

    def _reading(self, edit: Edit | None, options: Options) -> Reading:
        if edit is None:
            return _named(OTHER_RATE)._replace(options=dict(options))
        from compare.exercises.reference.named import words  # which needs all that judges functions

        told = words(self.course, parsed(self.course.formulas), self.function.name, edit)
        return _named(Mistake(edit.name, Variant(), ""))._replace(words={edit.name: told})

    def _rewritten(self, record: Recorded) -> Iterator[tuple[Reading, list[float]]]:
        """The right losses, the last one first, or each times the same number."""
        right, rooms = ([*self._of_record(record, row)] for row in self.told())
        if len(right) != len(record.losses) or len(right) < LEAST:
            return
        if _fits(record, rooms[::-1], right[::-1]):
            yield _named(REVERSED), right[::-1]
        near = record.losses[0].value / right[0] if right[0] else 0.0
        for factor in (*simple(near), Fraction(near)) if near not in (0.0, 1.0) else ():
            losses = [float(factor) * loss for loss in right]
            if _fits(record, [abs(float(factor)) * room for room in rooms], losses):
                yield _named(SCALED)._replace(parameter=factor), losses
                return

    def _recorded(
        self, record: Recorded, kind: Kind, epochs: int | None, edit: Edit | None, options: Options
    ) -> Sequence[Any]:
        return self._of_record(record, self._losses(kind, epochs, edit, options))

    def _of_record(self, record: Recorded, losses: Sequence[Any]) -> Sequence[Any]:
        return losses[self.lesson.steps_before + record.first :: record.every]


def _named(mistake: Mistake) -> Reading:
    return Reading(hypotheses.of((mistake,)))


def _rooms(losses: Sequence[float]) -> list[float]:
    """What doubles may differ by."""
    return [ALIKE * largest for largest in _largest(losses)]


def _largest(losses: Sequence[float]) -> Iterator[float]:
    return accumulate(map(abs, losses), max)


def _fits(
    record: Recorded, rooms: Sequence[float] | None, losses: Sequence[Any], given: Sequence[float] | None = None
) -> bool:
    """Are these the recorded losses, or those `given`, as far as they go: each within its room, and within a small part
    of the largest so far, beyond which nothing is told?"""
    if not losses or (rooms is not None and len(rooms) != len(losses)):
        return False
    values = [float(one) for one in losses]
    near = [WIDEST * largest for largest in _largest(values)]
    within = near if rooms is None else [min(pair) for pair in zip(near, rooms, strict=True)]
    if given is not None:
        return all(abs(a - b) <= room for a, b, room in zip(values, given, within, strict=False))
    return all(map(record.fits, record.losses, values, within))


@lru_cache(maxsize=8)  # a class has one lesson
def _right(formulas: Formulas, name: str, given: Given) -> Sequence[Any]:
    return _run(formulas, name, given, NUMBERS, None)


def _run(formulas: Formulas, name: str, given: Given, kind: Kind, edit: Edit | None) -> Sequence[Any]:
    reference = parsed(formulas)
    shapes = [each.shape for each in reference.functions[name].parameters]
    run = Run(reference, kind, edit.replaced if edit else None)
    try:
        found = outputs(
            run.call(edit.runs if edit else name, [_argument(kind, *one) for one in zip(given, shapes, strict=True)])
        )
    except (RunError, Undefined, ArithmeticError):
        return ()
    losses = found[0] if len(found) == 1 and isinstance(found[0], list) else []
    return [] if any(isinstance(one, Array) for one in losses) else losses


def _argument(kind: Kind, value: Any, shape: Sequence[Any]) -> Any:
    """A number, or an array of as many axes as the parameter has: one feature is a column of its own."""
    of: Any = float if kind is FLOATS else number
    if not shape:
        return value if isinstance(value, int) else of(value)
    entries = value if isinstance(value, tuple) else (value,)
    rows = [entry if isinstance(entry, tuple) else (entry,) for entry in entries]
    size = (len(rows), len(rows[0])) if len(shape) == 2 else (len(rows),)
    return Array(size, [of(entry) for row in rows for entry in row])
