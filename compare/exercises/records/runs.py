"""A recorded run of a lesson, and the programs that may have recorded it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from math import isfinite
from typing import Any, NamedTuple

from compare.exercises.digits import Printed
from compare.exercises.table import programs
from compare.exercises.table.allowance import aligned, magnitudes
from compare.exercises.table.programs import Program
from compare.exercises.table.run_allowance import each_allowance, size_of_loss
from compare.lessons import Lesson

COARSE = 2.0**-9  # of the magnitudes, for float32: passes whatever the bound would pass, and hardly anything else
LARGEST = 2.0**128  # float32 overflows beyond
WIDEST = 2.0**-8  # of the largest loss so far: what rounding may move further explains anything, and so nothing
FINE = 2.0**-29  # float64's unit roundoff in those of float32


class Recorded(NamedTuple):
    """Losses as printed, of every `every`-th epoch from `first` on of a lesson with one feature.

    `unit` is the unit roundoff of the program that recorded them, in those of float32.
    """

    losses: tuple[Printed, ...]
    lesson: Lesson
    every: int
    first: int = 0
    unit: float = 1.0

    def in_floats(self, b: float | None = None) -> dict[str, Any]:
        """The lesson's inputs; its bias, or another."""
        lesson = self.lesson
        assert lesson.epochs is not None
        start = {"w": float(lesson.w), "b": float(lesson.b if b is None else b)}
        options = {name: float(value) for name, value in lesson.optimizer.items()}
        return {"x": [*map(float, lesson.x)], "y": [*map(float, lesson.y)], **start, **options, "epochs": lesson.epochs}

    @property
    def start(self) -> Program:
        """The lesson's own program."""
        return Program(bias_moves="b" in self.lesson.trained, before=self.lesson.steps_before)

    def with_options(self, **options: Fraction) -> "Recorded":
        """The same losses, held against the lesson with that learning rate or momentum."""
        return self._replace(lesson=replace(self.lesson, optimizer={**self.lesson.optimizer, **options}))

    def finely(self) -> "Recorded":
        """The same, held against programs that run in doubles."""
        return self._replace(unit=FINE)

    def backwards(self) -> "Recorded":
        """The losses, the last one first."""
        return self._replace(losses=self.losses[::-1])

    def over(self, factor: float) -> "Recorded":
        """The losses over that."""
        return self._replace(losses=tuple(Printed(one.value / factor, one.half / abs(factor)) for one in self.losses))

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
        """Are these the program's losses, as far as rounding lets that be told?

        The program is run in doubles, whose own rounding adds a unit of theirs to the room.
        """
        if not self.roughly(program):
            return False
        near = self.first_losses(program, None, len(self.losses))
        return self.explained(near, (room * (1 + FINE / self.unit) for room in self.rooms(program)))

    def roughly(self, program: Program) -> bool:
        """Could the program have recorded these losses? In floats, up to the first that is clearly another."""
        if self.count(program) != len(self.losses):
            return False
        try:
            return all(self.fits(loss, value, room) for loss, (value, room) in self._rough(program))
        except (ZeroDivisionError, OverflowError):
            return False

    def _rough(self, program: Program) -> Iterator[tuple[Printed, tuple[float, float]]]:
        given, plus, largest = self.in_floats(), aligned(program), 0.0
        large = magnitudes(given)
        for epoch, (state, loss) in enumerate(programs.records(program, given)):
            if epoch >= self.first and (epoch - self.first) % self.every == 0:
                largest = max(largest, abs(loss))
                room = self.unit * min(COARSE * size_of_loss(plus, large, state), WIDEST * largest)
                yield self.losses[(epoch - self.first) // self.every], (loss, room)

    def first_losses(self, program: Program, b: float | None, count: int) -> list[float]:
        """The first `count` losses that the program records from that bias, or from the lesson's, in floats."""
        found = (loss for _, loss in programs.records(program, self.in_floats(b)))
        return list(islice(found, self.first + (count - 1) * self.every + 1))[self.first :: self.every]

    def rooms(self, program: Program, b: float | None = None) -> Iterator[float]:
        """The allowance around each of those, one by one; what overflows explains no number, and has none."""
        found = each_allowance(program, self.in_floats(b), residuals_first=True)
        return (self.unit * room if isfinite(room) else 0.0 for room in islice(found, self.first, None, self.every))

    def explained(self, losses: Sequence[float], rooms: Iterable[float]) -> bool:
        """Are the recorded losses those, each within its room?"""
        return len(losses) == len(self.losses) and all(
            self.fits(printed, loss, room) for printed, loss, room in zip(self.losses, losses, rooms, strict=False)
        )

    def fits(self, printed: Printed, value: float, room: float) -> bool:
        """Is it within `room` of `value`; or no number, where Σ r² = n · value is beyond float32?"""
        if printed.value != printed.value:
            return not abs(value) * len(self.lesson.y) < LARGEST
        return isfinite(value) and printed.is_near(value, room)
