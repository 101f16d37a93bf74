"""What is asked of an answer to a course's reference: each exercise's trials as calls, prepared once."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises.reference.arrays import Array
from compare.exercises.reference.inputs import Trial, Tried, small_inputs, trials, tried
from compare.exercises.reference.shapes import output_names, output_shapes, require_gradient, require_names
from compare.exercises.reference.text import Function, Reference, parse
from compare.sandbox.calls import Exercise, Vector

if TYPE_CHECKING:
    from compare.exercises.course import Course, Formulas

FEW = 96  # small inputs that are asked, the smallest first


class Prepared(NamedTuple):
    """One exercise: its function, its trials with what is right on them, and the question for the sandbox."""

    reference: Reference
    function: Function
    outputs: tuple[str, ...]
    trials: tuple[Tried, ...]
    question: Exercise

    @property
    def name(self) -> str:
        return self.function.name


@lru_cache(maxsize=8)
def parsed(formulas: Formulas) -> Reference:
    """The reference of a course. Raises `Fault`."""
    return parse(formulas.file, formulas.text.encode())


def check(formulas: Formulas, exercises: Sequence[str]) -> None:
    """Raise `Fault` where an exercise cannot be asked: its outputs have no names, or its loss is no number."""
    reference = parsed(formulas)
    for name in exercises:
        require_names(reference, reference.functions[name])
        output_shapes(reference, reference.functions[name])
        require_gradient(reference, reference.functions[name])


def outputs(formulas: Formulas, name: str) -> tuple[str, ...]:
    """The names of an exercise's outputs."""
    reference = parsed(formulas)
    return output_names(reference, reference.functions[name])


@lru_cache(maxsize=1024)
def prepared(formulas: Formulas, name: str, seed: int) -> Prepared:
    """Everything that is asked of one exercise. Raises `Fault` where nothing can be."""
    reference = parsed(formulas)
    function = reference.functions[name]
    found = trials(reference, function, seed)
    names = output_names(reference, function)
    return Prepared(reference, function, names, found, question(function, len(names), [one.trial for one in found]))


def of_course(course: Course) -> dict[str, Prepared]:
    """Every exercise of a course with a reference, in its order."""
    assert course.formulas
    return {name: prepared(course.formulas, name, course.seed) for name in course.points}


class Small:
    """The small inputs of a function on which something is right, the smallest first, each found when asked for."""

    def __init__(self, reference: Reference, function: Function) -> None:
        found = (tried(reference, function, trial) for trial in small_inputs(function))
        self._left = (one for one in found if one is not None)
        self._found: list[Tried] = []

    def __iter__(self) -> Iterator[Tried]:
        yield from self._found
        for one in self._left:
            self._found.append(one)
            yield one


@lru_cache(maxsize=64)
def small(formulas: Formulas, name: str) -> Small:
    """Those of one exercise."""
    reference = parsed(formulas)
    return Small(reference, reference.functions[name])


def question(function: Function, outputs: int, asked: Sequence[Trial]) -> Exercise:
    """The function on these inputs, for the sandbox."""
    names = tuple(each.name for each in function.parameters)
    return Exercise(function.name, names, outputs, tuple(call(function, trial) for trial in asked))


def call(function: Function, trial: Trial) -> tuple[float | int | Vector, ...]:
    """A trial as the arguments of a call."""
    return tuple(argument(trial[each.name]) for each in function.parameters)


def argument(value: Any) -> float | int | Vector:
    """An array as one of the sandbox's, a number as it is."""
    if not isinstance(value, Array):
        return value
    return Vector(array("d", map(float, value.entries)), value.shape[1] if len(value.shape) == 2 else 0)
