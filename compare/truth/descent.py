"""One run of gradient descent in exact numbers: the path that every program is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from compare.truth.exact import Matrix, Problem, Ratio, nearest, ratio, step_matrix, trajectory

if TYPE_CHECKING:
    from compare.lessons import Lesson  # a check of functions needs no lesson, and not what reads one


@dataclass(frozen=True)
class Descent:
    """x: n numbers, or n rows of d; y: n numbers; w a number, or d of them; b. Fractions, or floats as they are.

    `batches` holds the row numbers of each update, or None for all rows.
    """

    x: Sequence[Any]
    y: Sequence[Any]
    w: Any
    b: Any
    options: Mapping[str, Any]
    trained: Sequence[str]
    batches: Sequence[Sequence[int] | None]

    @cached_property
    def weights(self) -> tuple[Any, ...]:
        return tuple(self.w) if isinstance(self.w, Sequence) else (self.w,)

    @cached_property
    def feature_rows(self) -> list[tuple[Any, ...]]:
        """x as n rows of d."""
        return [tuple(row) if isinstance(row, Sequence) else (row,) for row in self.x]

    @cached_property
    def size(self) -> int:
        """The number of parameters: d weights and a bias."""
        return len(self.weights) + 1

    @cached_property
    def is_trained(self) -> tuple[bool, ...]:
        """For each parameter, whether it is updated."""
        return ("w" in self.trained,) * (self.size - 1) + ("b" in self.trained,)

    @cached_property
    def batch_keys(self) -> list[tuple[int, ...] | None]:
        """The batches, hashable: updates on the same rows share their work."""
        return [None if batch is None else tuple(batch) for batch in self.batches]

    @cached_property
    def problems(self) -> list[Problem]:
        """The loss that each update descends."""
        distinct = {batch: Problem(*self.rows(batch)) for batch in set(self.batch_keys)}
        return [distinct[batch] for batch in self.batch_keys]

    @cached_property
    def steps(self) -> list[Matrix]:
        """The exact update of the state (parameters, momentum buffers, 1), for each update."""
        distinct = {key: self._step(*key) for key in set(self._step_keys)}
        return [distinct[key] for key in self._step_keys]

    @cached_property
    def states(self) -> list[Ratio]:
        """The exact states, before the first update and after each."""
        return trajectory(self.steps, ratio((*self.weights, self.b, *[0] * self.size, 1)))

    @cached_property
    def losses(self) -> list[float]:
        """The nearest double of each exact loss, before its update."""
        return [nearest(*problem.loss(state)) for problem, state in zip(self.problems, self.states, strict=False)]

    @cached_property
    def _step_keys(self) -> list[tuple[tuple[int, ...] | None, bool]]:
        return [(key, update == 0) for update, key in enumerate(self.batch_keys)]

    def rows(self, batch: Sequence[int] | None) -> tuple[list[Any], list[Any]]:
        """x and y of those row numbers, or of all rows."""
        numbers = range(len(self.y)) if batch is None else batch
        return [self.x[row] for row in numbers], [self.y[row] for row in numbers]

    def _step(self, batch: tuple[int, ...] | None, first: bool) -> Matrix:
        problem = self.problems[self.batch_keys.index(batch)]
        return step_matrix(problem.gradient_rows, self.options, self.is_trained, first)


def of_lesson(lesson: Lesson) -> Descent:
    """The lesson's run, its hidden steps before epoch 0 included."""
    updates = lesson.steps_before + lesson.updates
    return Descent(lesson.x, lesson.y, lesson.w, lesson.b, lesson.optimizer, lesson.trained, [None] * updates)
