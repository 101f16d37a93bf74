"""A lesson made ready to be judged: its data in the dtype, its exact run, its bounds; and what a side made of it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from compare import errors
from compare.agreement.stepwise import StepFault, Stepwise
from compare.lessons import Lesson
from compare.truth.descent import Descent, of_lesson
from compare.truth.propagation import Propagation, RunBounds
from compare.truth.rounding import PRECISIONS, Evaluation
from manual.training import Run

DATA_ROUNDINGS = 2  # a lesson's decimals are rounded to doubles, and those to the lesson's dtype


class SideRun(NamedTuple):
    """What one side made of a lesson, from epoch 0 on. `yp` and `r` (n,) are those of epoch 0."""

    run: Run
    faults: list[StepFault]  # of every update, those before epoch 0 included
    yp: Any
    r: Any


@dataclass(frozen=True)
class LessonCase:
    """One lesson in one dtype."""

    lesson: Lesson
    dtype: str

    @cached_property
    def descent(self) -> Descent:
        return of_lesson(self.lesson)

    @cached_property
    def propagation(self) -> Propagation:
        return Propagation(self.descent, PRECISIONS[self.dtype], DATA_ROUNDINGS)

    @cached_property
    def bounds(self) -> RunBounds:
        return self.propagation.run_bounds()

    @cached_property
    def stepwise(self) -> Stepwise:
        return Stepwise(self.propagation)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The bounds of one evaluation on all rows."""
        return next(self.propagation.evaluations())[1]

    @cached_property
    def data(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
        """x, y, w, b as the sides receive them. Raises `errors.Fault` where one is too large for the dtype."""
        lesson = self.lesson
        with np.errstate(over="ignore"):
            x, y, w, b = (np.array(value, self.dtype) for value in (lesson.x, lesson.y, lesson.w, lesson.b))
        for name, array in {"x": x, "y": y, "w": w, "b": b}.items():
            if not np.isfinite(array).all():
                raise errors.Fault("lesson-dtype", lesson.file, key=name, dtype=self.dtype)
        return x, y, w, b

    @cached_property
    def options(self) -> dict[str, Any]:
        """The optimizer's options as the sides receive them: doubles and booleans."""
        return {key: v if isinstance(v, bool) else float(v) for key, v in self.lesson.optimizer.items()}

    def record(self, quantity: str) -> Any:
        """What was printed of it, in the dtype it was printed in: another dtype has no record."""
        return self.lesson.recorded.get(quantity) if self.dtype == self.lesson.dtype else None

    @property
    def start(self) -> int:
        """The update of epoch 0: those before it are hidden."""
        return self.lesson.steps_before

    @property
    def last(self) -> int:
        """The number of the last update."""
        return len(self.descent.batches) - 1
