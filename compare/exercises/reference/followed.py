"""Right, given a student's own earlier steps: what the reference's function gives with those in their places.

A function that calls others in the reference is computed with what the student's functions gave for them. The sandbox
is asked for these, a round at a time, and nothing is composed in the answer's own process. A wrong step is put in its
place only where it is the right one times a constant, or a known mistake of what is not differentiated: with another
it would be another, perhaps easier, problem. A gradient of a loss that is c(n) times the right one is that, too.

What calls steps that pass nothing on is run once more with right ones in their places (`mending.py`).
"""

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from itertools import count
from math import isfinite
from textwrap import indent
from typing import Any

from compare.exercises.judging import Case, Judged, Trial, Truth
from compare.exercises.mending import Mended, mended
from compare.exercises.multiples import Multiple, multiples, overlapping
from compare.exercises.reference.arrays import Array
from compare.exercises.reference.inputs import flat, numbers, truth
from compare.exercises.reference.mistakes.edits import called
from compare.exercises.reference.numbers import Number, Undefined, number
from compare.exercises.reference.prepared import Prepared, argument
from compare.exercises.reference.run import NUMBERS, Run, RunError, outputs
from compare.exercises.reference.tasks import in_numpy
from compare.exercises.reference.text import Function, Reference
from compare.sandbox.calls import Answer, Exercise, SourceFailure, Value

FIRST = 4  # trials on which most steps are seen not to explain an exercise
ROUNDS = 40  # of asking; a run of a few epochs takes one for each of its calls

Ask = Callable[[Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]
Key = tuple[str, tuple[Any, ...]]


class _Needed(Exception):
    """A call whose result is not known yet."""

    def __init__(self, key: Key, given: Sequence[Any]) -> None:
        super().__init__(key)
        self.key, self.given = key, given


def steps_of(exercise: Prepared, wrong: Mapping[str, object]) -> tuple[str, ...]:
    """The student's wrong functions that an exercise calls in the reference."""
    return tuple(each.name for each in called(exercise.reference, exercise.function) if each.name in wrong)


def of_loss(exercise: Prepared, wrong: Mapping[str, object]) -> tuple[str, ...]:
    """Of those, the student's wrong losses: the one that a gradient is taken of, and what that calls."""
    if not exercise.function.loss:
        return ()
    loss = exercise.reference.functions[exercise.function.loss]
    return tuple(each.name for each in (loss, *called(exercise.reference, loss)) if each.name in wrong)


def is_constant_times(judged: Judged) -> bool:
    """Is every output the right one times a constant, one for each number of samples?"""
    return all(_is_multiple(judged, at) for at in range(len(judged.truths[0])))


def _is_multiple(judged: Judged, at: int) -> bool:
    cases = [case._replace(given=case.given and case.given[at : at + 1]) for case in judged.cases]
    found = multiples(cases, [truth[at : at + 1] for truth in judged.truths]).values()
    told = [one for one in found if not one.silent]
    return bool(told) and all(one.spans and one.finite for one in told)


class Own:
    """The student's own functions, asked for whatever the reference's are called with; nothing twice."""

    def __init__(self, exercises: Mapping[str, Prepared], ask: Ask) -> None:
        self._exercises, self._ask = exercises, ask
        self.known: dict[Key, tuple[Value, ...] | None] = {}

    def learn(self, needed: Mapping[Key, Sequence[Any]]) -> bool:
        """Ask for what is needed. False where nothing can be asked."""
        names = list(dict.fromkeys(name for name, _ in needed))
        questions = []
        for name in names:
            calls = (given for key, given in needed.items() if key[0] == name)
            asked = tuple(tuple(argument(_in_floats(each)) for each in given) for given in calls)
            questions.append(self._exercises[name].question._replace(calls=asked))
        answers = self._ask(questions)
        if isinstance(answers, SourceFailure):
            return False
        for name, answer in zip(names, answers, strict=True):
            keys = [key for key in needed if key[0] == name]
            for at, key in enumerate(keys):
                self.known[key] = answer.results[at] if at < len(answer.results) else None
        return True


def follows(exercise: Prepared, cases: Sequence[Case], steps: Sequence[str], own: Own) -> bool:
    """Does the exercise give what the reference gives with the student's own `steps` in their places, and is that
    another value for other inputs?"""
    found: list[Truth | None] = []
    for some in (cases[:FIRST], cases):
        found = _composed(exercise.reference, exercise.function, some, steps, own)
        if not found or not all(map(_same, some, found)):
            return False
    return len({repr(as_values(each)) for each in found if each}) > 1


def follows_loss(exercise: Prepared, cases: Sequence[Case], steps: Sequence[str], own: Own) -> bool:
    """Is the gradient c(n) times the right one, where the loss with the student's own `steps` in it is c(n) times the
    right one, too?"""
    reference, functions = exercise.reference, (exercise.reference.functions[exercise.function.loss], exercise.function)
    found = _composed(reference, functions[0], cases, steps, own)
    truths = [_truths(reference, function, cases) for function in functions]
    given = [Case(case.trial, as_values(out) if out else None) for case, out in zip(cases, found, strict=False)]
    of_loss, slopes = map(multiples, (given, cases), truths) if found else ({}, {})
    return any(n > 1 for n in of_loss) and all(_alike(n, of_loss[n], slope) for n, slope in slopes.items())


def _truths(reference: Reference, function: Function, cases: Sequence[Case]) -> list[Truth]:
    return [truth(Run(reference, NUMBERS).call(function.name, numbers(function, case.trial))) for case in cases]


def _alike(n: int, loss: Multiple, slope: Multiple) -> bool:
    """The same constant; where the loss has no value at all, as where it divides by n - 1 = 0, the slope has none."""
    if loss.silent:
        return n == 1 and slope.silent
    return slope.finite and loss.finite and overlapping(loss.spans, slope.spans)


def as_values(found: Truth) -> tuple[Value, ...]:
    """A truth as if it had been given."""
    return tuple(Value(each.shape, array("d", each.values)) for each in found)


def _composed(
    reference: Reference, function: Function, cases: Sequence[Case], steps: Sequence[str], own: Own
) -> list[Truth | None]:
    """What a function of the reference gives in those cases with the student's own `steps` in their places; nothing
    where these cannot be asked."""
    found, past = dict[int, Truth | None](), [list[Any]() for _ in cases]
    for _ in range(ROUNDS):
        needed: dict[Key, Sequence[Any]] = {}
        for at, case in enumerate(cases):
            if at in found:
                continue
            try:
                found[at] = _result(reference, function, case.trial, steps, own, past[at])
            except _Needed as need:
                needed[need.key] = need.given
        if not needed:
            return [found[at] for at in range(len(cases))]
        if not own.learn(needed):
            break
    return []


def _result(
    reference: Reference, function: Function, trial: Trial, steps: Sequence[str], own: Own, past: list[Any]
) -> Truth | None:
    """That of one trial; None where it has no value. `past` holds what the function's own calls gave so far, so that
    what is known is not computed again. Raises `_Needed`."""

    def asked(name: str, given: Sequence[Any]) -> Any:
        if name not in steps:
            return Run(reference, NUMBERS, asked=asked).call(name, given)
        key = name, tuple(map(_key, map(_in_floats, given)))
        if key not in own.known:
            raise _Needed(key, given)
        right, values = Run(reference, NUMBERS).call(name, given), own.known[key]
        if values is None or len(values) != len(outputs(right)):
            raise Undefined
        found = tuple(_with_room(value, other) for value, other in zip(values, outputs(right), strict=True))
        return found if isinstance(right, tuple) else found[0]

    made = count()

    def once(name: str, given: Sequence[Any]) -> Any:
        at = next(made)
        if at == len(past):
            past.append(asked(name, given))
        return list(past[at]) if isinstance(past[at], list) else past[at]

    try:
        given = numbers(function, trial)
        if function.name in steps:
            return truth(asked(function.name, given))
        return truth(Run(reference, NUMBERS, asked=once).call(function.name, given))
    except (RunError, Undefined, ArithmeticError):
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


def _same(case: Case, found: Truth | None) -> bool:
    if found is None:  # where its own step has no value, as where it divides by n - 1 = 0, it has none
        empty = case.given is None or not all(isfinite(entry) for value in case.given for entry in value.values)
        return empty and any(isinstance(value, Array) and value.shape[0] == 1 for value in case.trial.values())
    return case.given is not None and all(
        value.shape == expected.shape
        and all(abs(a - b) <= room for a, b, room in zip(value.values, expected.values, expected.allowed, strict=True))
        for value, expected in zip(case.given, found, strict=True)
    )


def mends(
    exercises: Mapping[str, Prepared],
    failed: Mapping[str, Answer],
    left: Collection[str],
    run: Callable[[Sequence[str], Prepared], Answer | None],
) -> dict[str, Mended]:
    """By exercise of those `left`, what comes of it once its own wrong steps are right; `failed` are all not right."""
    found: dict[str, Mended] = {}
    for name in left:
        exercise = exercises[name]

        def rerun(steps: tuple[str, ...], exercise: Prepared = exercise) -> Answer | None:
            return run(steps, exercise)

        steps = {*steps_of(exercise, failed), *of_loss(exercise, failed)} - {name}
        chain = [failed[each] for each in exercise.reference.own if each in steps]
        if one := mended(failed[name], chain, rerun, exercise.is_right):
            found[name] = one
    return found


def with_right(source: bytes, reference: Reference, steps: Sequence[str]) -> bytes:
    """The answer with right `steps` in the places of its own; whatever they call is theirs alone."""
    needed = {each.name for step in steps for each in called(reference, reference.functions[step])} | set(steps)
    program = in_numpy(function for name, function in reference.own.items() if name in needed)
    names = ", ".join(steps)
    made = f"def _given_steps():\n{indent(program, '    ')}\n    return ({names},)\n({names},) = _given_steps()\n"
    return b"\n\n".join([source, made.encode()])
