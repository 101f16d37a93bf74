"""Right, given a student's own earlier steps: what the reference's function gives with those in their places.

A function that calls others in the reference is computed with what the student's functions gave for them. The sandbox
is asked for these, a round at a time, and nothing is composed in the answer's own process. A wrong step is put in its
place only where it is the right one times a constant, or a known mistake of what is not differentiated: with another
it would be another, perhaps easier, problem.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from compare.exercises.judging import Case, Tried
from compare.exercises.reference.arrays import Array
from compare.exercises.reference.inputs import flat, numbers, truth
from compare.exercises.reference.mistakes.edits import called
from compare.exercises.reference.numbers import Number, Undefined, number
from compare.exercises.reference.prepared import Prepared, argument
from compare.exercises.reference.run import NUMBERS, Run, RunError, outputs
from compare.sandbox.calls import Answer, Exercise, SourceFailure, Value

ROUNDS = 40  # of asking; a run of a few epochs takes one for each of its calls
LEAST, MOST = 2.0**-10, 2.0**10  # sizes of a constant
CLOSE = 2.0**-20

Ask = Callable[[Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]
Key = tuple[str, tuple[Any, ...]]


class _Needed(Exception):
    """A call whose result is not known yet."""

    def __init__(self, key: Key, given: Sequence[Any]) -> None:
        super().__init__(key)
        self.key, self.given = key, given


def steps(exercise: Prepared, wrong: Mapping[str, object]) -> tuple[str, ...]:
    """The student's wrong functions that an exercise calls in the reference."""
    return tuple(each.name for each in called(exercise.reference, exercise.function) if each.name in wrong)


def is_constant_times(exercise: Prepared, cases: Sequence[Case]) -> bool:
    """Is every output the right one times a constant, one for each number of samples?"""
    factors: dict[tuple[int, int], float] = {}
    for case, one in zip(cases, exercise.trials, strict=False):
        if case.given is None:
            return False
        size = next((value.shape[0] for value in case.trial.values() if isinstance(value, Array)), 0)
        for at, (value, expected) in enumerate(zip(case.given, one.truth, strict=True)):
            if value.shape != expected.shape or not _scaled(value, expected.values, (at, size), factors):
                return False
    return bool(factors)


def _scaled(value: Value, right: Sequence[float], of: tuple[int, int], factors: dict[tuple[int, int], float]) -> bool:
    largest = max(map(abs, right), default=0.0)
    for got, entry in zip(value.values, right, strict=True):
        if not isfinite(got):
            return False
        if abs(entry) < largest / 64 or not entry:
            continue
        factor = factors.setdefault(of, got / entry)
        if abs(got - factor * entry) > CLOSE * abs(factor) * largest or not LEAST <= abs(factor) <= MOST:
            return False
    return True


def follows(
    exercise: Prepared, cases: Sequence[Case], own: Sequence[str], ask: Ask, others: Mapping[str, Prepared]
) -> bool:
    """Does the exercise give what the reference gives with the student's `own` functions in their places?"""
    known: dict[Key, tuple[Value, ...] | None] = {}
    for _ in range(ROUNDS):
        needed: dict[Key, Sequence[Any]] = {}
        results = [_composed(exercise, one, own, known, needed) for one in exercise.trials[: len(cases)]]
        if not needed:
            return bool(cases) and all(_same(case, found) for case, found in zip(cases, results, strict=True))
        if not _learn(needed, ask, others, known):
            return False
    return False


def _composed(
    exercise: Prepared,
    one: Tried,
    own: Sequence[str],
    known: Mapping[Key, tuple[Value, ...] | None],
    needed: dict[Key, Sequence[Any]],
) -> Any:
    """The result of one trial as far as it is known; what is lacking is put down in `needed`."""
    reference = exercise.reference

    def asked(name: str, given: Sequence[Any]) -> Any:
        right = Run(reference, NUMBERS, asked=asked if name not in own else None).call(name, given)
        if name not in own:
            return right
        key = name, tuple(map(_key, map(_in_floats, given)))
        if key not in known:
            raise _Needed(key, given)
        values = known[key]
        if values is None or len(values) != len(outputs(right)):
            raise Undefined
        found = tuple(_with_room(value, other) for value, other in zip(values, outputs(right), strict=True))
        return found if isinstance(right, tuple) else found[0]

    try:
        return truth(Run(reference, NUMBERS, asked=asked).call(exercise.name, numbers(exercise.function, one.trial)))
    except _Needed as need:
        needed[need.key] = need.given
    except (RunError, Undefined, ArithmeticError):
        pass
    return None


def _key(value: Any) -> Any:
    shape, entries = flat(value)
    return value if isinstance(value, int) else (shape, *entries)


def _in_floats(value: Any) -> Any:
    if isinstance(value, Array):
        return value.each(lambda entry: float(number(entry).value))
    return value if isinstance(value, int) else float(number(value).value)


def _with_room(value: Value, right: Any) -> Any:
    """The student's value with the rounding of the right one, sized as it is."""
    if isinstance(right, list):
        size = len(value.values) // (len(right) or 1)
        if value.shape[:1] != (len(right),):
            raise Undefined
        parts = (value.values[i * size : (i + 1) * size] for i in range(len(right)))
        return [_with_room(Value(value.shape[1:], part), other) for part, other in zip(parts, right, strict=True)]
    shape, entries = (right.shape, right.entries) if isinstance(right, Array) else ((), [right])
    if value.shape != shape or not all(map(isfinite, value.values)):
        raise Undefined
    found = [_sized(got, number(other)) for got, other in zip(value.values, entries, strict=True)]
    return Array(shape, found) if shape else found[0]


def _sized(got: float, right: Number) -> Number:
    own = abs(got) / abs(float(right.value)) if right.value else 1.0
    grown = max(own, 1.0)
    return Number(Fraction(got), max(right.magnitude * grown, abs(got)), right.count, right.error * grown)


def _learn(
    needed: Mapping[Key, Sequence[Any]],
    ask: Ask,
    others: Mapping[str, Prepared],
    known: dict[Key, tuple[Value, ...] | None],
) -> bool:
    """Ask the student's functions for what is needed."""
    names = list(dict.fromkeys(name for name, _ in needed))
    questions = []
    for name in names:
        calls = tuple(
            tuple(argument(_in_floats(each)) for each in given) for key, given in needed.items() if key[0] == name
        )
        questions.append(others[name].question._replace(calls=calls))
    answers = ask(questions)
    if isinstance(answers, SourceFailure):
        return False
    for name, answer in zip(names, answers, strict=True):
        keys = [key for key in needed if key[0] == name]
        for at, key in enumerate(keys):
            known[key] = answer.results[at] if at < len(answer.results) else None
    return True


def _same(case: Case, found: Any) -> bool:
    if case.given is None or found is None:
        return False
    return all(
        value.shape == expected.shape
        and all(abs(a - b) <= room for a, b, room in zip(value.values, expected.values, expected.allowed, strict=True))
        for value, expected in zip(case.given, found, strict=True)
    )
