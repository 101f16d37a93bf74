"""What is asked of an answer to a course's reference: each exercise's trials as calls, prepared once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from compare.errors import Fault
from compare.exercises.digits import HALF
from compare.exercises.draws import POOL, drawn, parted
from compare.exercises.equality import Places, is_odd, places
from compare.exercises.formulas.arrays import Array
from compare.exercises.judging import Bounds, Expected, Trial, Tried, all_within, bounds_of
from compare.exercises.reference import kept
from compare.exercises.sources import read_capped
from compare.sandbox.calls import WRONG_FORM, Answer, Exercise, Vector, longest_axis

if TYPE_CHECKING:  # a right answer to a reference that is known needs none of what reads and runs formulas
    from compare.exercises.course import Course, Formulas
    from compare.exercises.formulas.function import Function, Reference
    from compare.exercises.trials.polynomials import Polynomial

MOST_DRAWN = 1024


class Prepared(NamedTuple):
    """One exercise: its trials with what is right on them, and the question for the sandbox.

    The numbers of a right answer lie between `bounds`; `places` are those of which equality shows something: `shows`
    where the trials were drawn after the answer.
    """

    formulas: Formulas
    name: str
    outputs: tuple[str, ...]
    trials: tuple[Tried, ...]
    question: Exercise
    bounds: Bounds
    places: Places
    shows: str | None
    decimals: int | None = None  # to which results may be rounded

    @property
    def reference(self) -> Reference:
        """The formulas that all of it follows from."""
        return parsed(self.formulas)

    @property
    def function(self) -> Function:
        """That of the exercise."""
        return self.reference.functions[self.name]

    def is_near(self, answer: Answer) -> bool:
        """Is every number there, and within its allowance?"""
        return answer.reason is None and all_within(answer.results, self.bounds)

    def is_right(self, answer: Answer) -> bool:
        """Is it off by nothing but rounding, too?"""
        return self.is_near(answer) and not (self.decimals is None and is_odd(answer.results, self.places))

    def rounded(self, decimals: int) -> Prepared:
        """The same where results may be rounded to so many decimals."""
        more = HALF * 10.0**-decimals
        trials = tuple(one._replace(truth=tuple(_widened(out, more) for out in one.truth)) for one in self.trials)
        return self._replace(trials=trials, bounds=bounds_of([one.truth for one in trials]), decimals=decimals)


def _widened(output: Expected, more: float) -> Expected:
    return output._replace(allowed=[room + more for room in output.allowed])


@lru_cache(maxsize=8)
def parsed(formulas: Formulas) -> Reference:
    """The reference of a course. Raises `Fault`."""
    from compare.exercises.formulas.text import parse

    return parse(formulas.file, formulas.text.encode())


class Known:
    """What is known of a reference: from an earlier run, or found now. Of seeds, the last one's trials are kept."""

    def __init__(self) -> None:
        self.functions: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        self.outputs: dict[str, tuple[str, ...]] = {}
        self.seed, self.prepared = 0, dict[str, Prepared]()
        self.is_kept, self.digest = False, ""


@lru_cache(maxsize=8)
def known_of(formulas: Formulas) -> Known:
    """What is known of a reference in this process."""
    found = kept.load(formulas.text)
    return found if isinstance(found, Known) else Known()


def read(path: Path, name: str) -> Formulas:
    """The reference in `path`, which is to be told of by that name. Raises `InputError`."""
    from compare.exercises.course import Formulas

    try:
        formulas = Formulas(name, read_capped(path, kept.MOST_BYTES).decode("utf-8-sig"))
        if known_of(formulas).functions:
            return formulas
    except (Fault, UnicodeDecodeError):
        formulas = Formulas(name, "")
    from compare.exercises.formulas import text

    text.read(path)  # whatever is wrong with it is told with its whole path
    return formulas


def digest(formulas: Formulas) -> str:
    """The SHA-256 of the text."""
    known = known_of(formulas)
    if not known.digest:
        import hashlib  # which a right answer to a reference that is known need not pay for

        known.digest, known.is_kept = hashlib.sha256(formulas.text.encode()).hexdigest(), False
    return known.digest


def functions(formulas: Formulas) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of all functions, and of those that are no mistakes."""
    known = known_of(formulas)
    if known.functions is None:
        reference = parsed(formulas)
        known.functions, known.is_kept = (tuple(reference.functions), tuple(reference.own)), False
    return known.functions


def outputs(formulas: Formulas, name: str) -> tuple[str, ...]:
    """The names of an exercise's outputs. Raises `Fault` where it cannot be asked: they have none, or its loss is no
    number."""
    known = known_of(formulas)
    if name not in known.outputs:
        from compare.exercises.formulas import shapes

        reference = parsed(formulas)
        function = reference.functions[name]
        shapes.require_names(reference, function)
        shapes.output_shapes(reference, function)
        shapes.require_gradient(reference, function)
        known.outputs[name], known.is_kept = shapes.output_names(reference, function), False
    return known.outputs[name]


Key: TypeAlias = "tuple[Formulas, str, int]"  # an exercise and the seed of its inputs
_drawn: dict[Key, Prepared] = {}  # on inputs that chance drew


def tell(pool: Mapping[Key, Prepared]) -> None:
    """What another process has prepared, this one need not."""
    _drawn.update(pool)


@lru_cache(maxsize=1024)
def _polynomial(formulas: Formulas, name: str) -> Polynomial | None:
    from compare.exercises.trials import polynomials

    reference = parsed(formulas)
    return polynomials.polynomial(reference, reference.functions[name])


@lru_cache(maxsize=1024)
def sets(formulas: Formulas, name: str) -> int:
    """How many sets of an exercise's inputs there are in a pool."""
    from compare.exercises.trials import inputs

    return ceil(POOL / inputs.least(_polynomial(formulas, name)))


def distinct(formulas: Formulas, name: str, seed: int) -> int:
    """Of the seeds that one chance drew and that have the same inputs of an exercise, the first."""
    parts = parted(seed)
    return drawn(parts[0], parts[1] % sets(formulas, name)) if parts else seed


def prepared(formulas: Formulas, name: str, seed: int) -> Prepared:
    """Everything that is asked of one exercise. Raises `Fault` where nothing can be."""
    known = known_of(formulas)
    if parted(seed):
        key = formulas, name, seed
        if key not in _drawn:
            if len(_drawn) >= MOST_DRAWN:  # a worker of a cluster sees many chances
                _drawn.clear()
            _drawn[key] = _prepared(*key)
        return _drawn[key]
    if known.seed != seed:
        known.seed, known.prepared = seed, {}
    if name not in known.prepared:
        known.prepared[name], known.is_kept = _prepared(formulas, name, seed), False
    return known.prepared[name]


def _prepared(formulas: Formulas, name: str, seed: int) -> Prepared:
    from compare.exercises.formulas import shapes
    from compare.exercises.trials import inputs, runs

    reference = parsed(formulas)
    function, known = reference.functions[name], _polynomial(formulas, name)
    ordinary = inputs.trials(reference, function, seed)
    found = inputs.in_order((*ordinary[:-1], *inputs.further(reference, function, seed, known)))
    names = shapes.output_names(reference, function)
    asked = question(function, len(names), [one.trial for one in found])
    bounds = bounds_of([one.truth for one in found])
    parts = runs.bends(reference, function) if known and known.is_run and known.records else ()
    return Prepared(formulas, name, names, found, asked, bounds, places(found, parts), known and known.shows)


def of_course(course: Course) -> dict[str, Prepared]:
    """Every exercise of a course, in its order."""
    formulas = course.formulas
    found = {name: prepared(formulas, name, distinct(formulas, name, course.seed)) for name in course.points}
    known = known_of(formulas)
    digest(formulas)  # is kept with the rest
    if not known.is_kept:
        known.is_kept = True
        kept.save(formulas.text, known)
    if course.decimals is None:
        return found
    return {name: one.rounded(course.decimals) for name, one in found.items()}


def of_bundled(keep: Callable[[str, Known], None] = kept.save) -> None:
    """Prepare the bundled courses and keep that: where the kit is installed or built, for everybody's first check."""
    from compare.exercises.course import bundled, read

    for path in bundled().values():
        course = read(path)
        of_course(course)
        keep(course.formulas.text, known_of(course.formulas))


def question(function: Function, outputs: int, asked: Sequence[Trial]) -> Exercise:
    """The function on these inputs, for the sandbox."""
    names = tuple(each.name for each in function.parameters)
    calls = tuple(call(function, trial) for trial in asked)
    return Exercise(function.name, names, outputs, calls, longest_axis(calls))


def reached(answer: Answer) -> int:
    """How many of the calls were made: an exercise stops at its first exception."""
    if answer.at is None or answer.reason in (None, WRONG_FORM):
        return len(answer.results)
    return answer.at + 1


def call(function: Function, trial: Trial) -> tuple[float | int | Vector, ...]:
    """A trial as the arguments of a call."""
    return tuple(argument(trial[each.name]) for each in function.parameters)


def argument(value: Any) -> float | int | Vector:
    """An array as one of the sandbox's, a number as it is."""
    if not isinstance(value, Array):
        return value
    return Vector(array("d", map(float, value.entries)), value.shape[1] if len(value.shape) == 2 else 0)
