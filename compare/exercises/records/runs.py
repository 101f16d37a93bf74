"""A recorded run of a lesson, and the programs that may have recorded it."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from math import isfinite
from typing import Any, NamedTuple

from compare.exercises.digits import Printed
from compare.exercises.table import programs
from compare.exercises.table.allowance import aligned, magnitudes
from compare.exercises.table.comparison import DOUBLE
from compare.exercises.table.programs import Program
from compare.exercises.table.run_allowance import loss_allowances, size_of_loss
from compare.exercises.truths import as_float
from compare.lessons import Lesson

COARSE = 2.0**-9  # of the magnitudes: passes whatever the bound would pass, and hardly anything else
LARGEST = 2.0**128  # float32 overflows beyond


class Recorded(NamedTuple):
    """Losses as printed, of every `every`-th epoch from `first` on of a lesson with one feature."""

    losses: tuple[Printed, ...]
    lesson: Lesson
    every: int
    first: int = 0

    def exactly(self, b: Any = None) -> dict[str, Any]:
        """The lesson's inputs as rationals; its bias, or another."""
        lesson = self.lesson
        assert lesson.epochs is not None
        data = {"x": list(lesson.x), "y": list(lesson.y), "w": lesson.w, "b": lesson.b if b is None else b}
        return {**data, **lesson.optimizer, "epochs": lesson.epochs}

    def in_floats(self, b: float | None = None) -> dict[str, Any]:
        return {name: _in_floats(value) for name, value in self.exactly(b).items()}

    @property
    def start(self) -> Program:
        """The lesson's own program."""
        return Program(bias_moves="b" in self.lesson.trained, before=self.lesson.steps_before)

    def at_rate(self, rate: Fraction) -> "Recorded":
        """The same losses, held against the lesson with that learning rate."""
        return self._replace(lesson=replace(self.lesson, optimizer={**self.lesson.optimizer, "lr": rate}))

    def common(self) -> "Recorded":
        """The losses that the lesson asks for, as far as they came, with a lesson that ends where they do."""
        assert self.lesson.epochs is not None
        losses = self.losses[: self.count(self.start)]
        last = self.first + (len(losses) - 1) * self.every
        return self._replace(losses=losses, lesson=replace(self.lesson, epochs=last))

    def count(self, program: Program) -> int:
        """How many losses that program would have recorded."""
        assert self.lesson.epochs is not None
        return len(range(self.first, self.lesson.epochs + 1 + program.more, self.every))

    def may_be_of(self, program: Program) -> bool:
        """Are these the program's losses? In doubles, whose own rounding is hardly a part of a room; exactly, which
        takes a thousand times as long, only where that part decides."""
        if not self.roughly(program):
            return False
        rooms, near = self.rooms(program), self.first_losses(program, None, len(self.losses))
        if all(rooms) and self.explained(near, [(1 - DOUBLE) * room for room in rooms]):
            return True
        return self.explained(near, [2 * room for room in rooms]) and self.explained(self.exact_losses(program), rooms)

    def roughly(self, program: Program) -> bool:
        """Could the program have recorded these losses? In floats, up to the first that is clearly another."""
        if self.count(program) != len(self.losses):
            return False
        try:
            return all(self.fits(loss, value, room) for loss, (value, room) in self._rough(program))
        except (ZeroDivisionError, OverflowError):
            return False

    def _rough(self, program: Program) -> Iterator[tuple[Printed, tuple[float, float]]]:
        given, plus = self.in_floats(), aligned(program)
        large = magnitudes(given)
        for epoch, (state, loss) in enumerate(programs.records(program, given)):
            if epoch >= self.first and (epoch - self.first) % self.every == 0:
                yield self.losses[(epoch - self.first) // self.every], (loss, COARSE * size_of_loss(plus, large, state))

    def first_losses(self, program: Program, b: float | None, count: int) -> list[float]:
        """The first `count` losses that the program records from that bias, or from the lesson's, in floats."""
        found = (loss for _, loss in programs.records(program, self.in_floats(b)))
        return list(islice(found, self.first + (count - 1) * self.every + 1))[self.first :: self.every]

    def exact_losses(self, program: Program, b: Any = None) -> list[float]:
        """What the program records, computed exactly and rounded once."""
        return list(self.exactly_recorded(program, b))

    def exactly_recorded(self, program: Program, b: Any = None) -> Iterator[float]:
        """The same, each computed when it is asked for: the later, the longer it takes."""
        records = islice(programs.records(program, self.exactly(b)), self.first, None, self.every)
        return (as_float(loss) for _, loss in records)

    def rooms(self, program: Program, b: float | None = None) -> list[float]:
        """The allowance around each of those."""
        found = loss_allowances(program, self.in_floats(b), residuals_first=True)[self.first :: self.every]
        return [room if isfinite(room) else 0.0 for room in found]  # what overflows explains no number

    def explained(self, losses: list[float], rooms: list[float]) -> bool:
        """Are the recorded losses those, each within its room?"""
        return len(losses) == len(self.losses) and all(
            self.fits(printed, loss, room) for printed, loss, room in zip(self.losses, losses, rooms, strict=True)
        )

    def fits(self, printed: Printed, value: float, room: float) -> bool:
        """Is it within `room` of `value`; or no number, where Σ r² = n · value is beyond float32?"""
        if printed.value != printed.value:
            return not abs(value) * len(self.lesson.y) < LARGEST
        return isfinite(value) and printed.is_near(value, room)


def _in_floats(value: Any) -> Any:
    if isinstance(value, list):
        return [float(entry) for entry in value]
    return value if isinstance(value, int) else float(value)
