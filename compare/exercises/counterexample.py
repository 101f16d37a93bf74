"""The smallest input on which an answer is wrong, small enough to redo on paper.

An example shows the mistake when every output that is wrong anywhere is wrong in it; a wrong shape shows on two samples
or more. Of those that do, the smallest is taken on which no commoner mistake gives the same, none that stands before it
in the table: what is said of the mistake is then said of these numbers, too. Zeros alone show nothing.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from math import inf
from typing import Any, TypeAlias

from compare.exercises.findings import CHANGES, SHAPE, Counterexample, Shown
from compare.exercises.judging import Case, Expected, Judged, Miss, Truth, matches, misses, reason, shown
from compare.exercises.small_inputs import SETTINGS, small_inputs
from compare.exercises.table import hypotheses, programs
from compare.exercises.table.allowance import flat
from compare.exercises.table.comparison import expected
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.programs import Program
from compare.exercises.tasks import ARRAYS
from compare.exercises.trials import Trial
from compare.exercises.truths import truth
from compare.sandbox.calls import Value

CLOSE = 2.0**-40
MOST = 64  # examples among which the clearest is looked for

Example: TypeAlias = tuple[Case, Truth, tuple[Miss, ...]]


def smallest(exercise: Judged, tried: Sequence[Case], names: tuple[str, ...] = ()) -> Example | None:
    """The first of the small cases that shows the mistake best, else the smallest case of all that is wrong.

    `names` are the answer's mistakes, as far as they are known.
    """
    whole = _clearest(exercise, tried, names)
    return whole or next(_examples(exercise, tried), None) or _smallest_trial(exercise)


def foreseen(exercise: Judged, known: Hypothesis) -> int | None:
    """Which of the small inputs shows the mistake best, if it is the known one."""
    inputs = small_inputs(exercise.task)
    cases = (Case(trial, _given_by(known.program, exercise.task, tuple(trial.items()))) for trial in inputs)
    found = _clearest(exercise, cases, known.names)
    return found and inputs.index(found[0].trial)


@lru_cache(maxsize=8192)  # a class makes the same few mistakes
def _given_by(program: Program, task: str, inputs: tuple[tuple[str, Any], ...]) -> tuple[Value, ...] | None:
    try:
        return tuple(map(_as_value, programs.results(task, program, dict(inputs))))
    except ZeroDivisionError:
        return None


def _as_value(output: Any) -> Value:
    inner = (len(output[0]),) if isinstance(output, list) and output and isinstance(output[0], list) else ()
    return Value((len(output), *inner) if isinstance(output, list) else (), array("d", flat(output)))


def shown_by(exercise: Judged, tried: Sequence[Case]) -> bool:
    """Does one of the small cases show the mistake whole, so that no larger one need be tried?"""
    return next(_whole(exercise, tried), None) is not None


def _whole(exercise: Judged, tried: Iterable[Case]) -> Iterator[Example]:
    """The cases that show the mistake whole."""
    return (example for example in _examples(exercise, tried) if _shows_all(exercise, example))


def _clearest(exercise: Judged, tried: Iterable[Case], names: tuple[str, ...]) -> Example | None:
    """The first case that shows the mistake whole and fits the fewest others, of so many that show it.

    Of two mistakes, none may give the numbers alone: more cases are looked at while there is none in which this is so.
    What never varies is as clear in one case as in any other.
    """
    if is_constant(exercise.cases):
        return next(_whole(exercise, tried), None)
    best, fewest = None, (inf, inf)
    for place, example in enumerate(_whole(exercise, tried), 1):
        others = _others(exercise, example[0], names)
        if others < fewest:
            best, fewest = example, others
        if others == (0, 0) or (place >= MOST and not fewest[0]):
            break
    return best


def is_constant(cases: Sequence[Case]) -> bool:
    """Is it one number whatever goes in?"""
    given = [case.given for case in cases if case.given is not None]
    return len(given) > 1 and len({number for values in given for value in values for number in value.values}) == 1


def _others(exercise: Judged, case: Case, names: tuple[str, ...]) -> tuple[int, int]:
    """How many commoner single mistakes give the wrong outputs of this case: of two that are named, and others."""
    inputs = tuple(case.trial.items())
    commoner = takewhile(lambda one: one.names != names, hypotheses.of_one(exercise.task))
    fits = [one for one in commoner if _gives(_given_by(one.program, exercise.task, inputs), case, exercise.wrong)]
    parts = sum(set(one.names) < set(names) for one in fits)
    return parts, len(fits) - parts


def _gives(values: tuple[Value, ...] | None, case: Case, outputs: Sequence[int]) -> bool:
    if values is None or case.given is None:
        return False
    return all(
        values[i].shape == case.given[i].shape and all(map(_alike, values[i].values, case.given[i].values))
        for i in outputs
    )


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(1.0, abs(one))  # of small whole numbers


def _examples(exercise: Judged, tried: Iterable[Case]) -> Iterator[Example]:
    """The cases in which something is wrong in the way that the exercise is."""
    why = reason(exercise)
    for case in tried:
        if case.given is None or is_of_zeros(case.trial) or _plainly_right(exercise.task, case.trial, case.given):
            continue
        expected = _truth(exercise.task, tuple(case.trial.items()))
        found = misses(case, expected)
        if found and _telling(case, found, why) and _has_numbers(case.given, expected):
            yield case, expected, found


def _shows_all(exercise: Judged, example: Example) -> bool:
    return {miss.output for miss in example[2]} == set(exercise.wrong)


def _plainly_right(task: str, trial: Trial, given: Sequence[Value]) -> bool:
    """Is it what the right program gives in floats, but for far less than the allowance? Saves computing the truth."""
    return all(map(matches, given, _in_floats(task, tuple(trial.items()))))


@lru_cache(maxsize=4096)  # of a class, every wrong answer is tried on the same small inputs
def _in_floats(task: str, inputs: tuple[tuple[str, Any], ...]) -> Truth:
    return tuple(_closely(output) for output in programs.results(task, Program(), dict(inputs)))


@lru_cache(maxsize=256)
def _truth(task: str, inputs: tuple[tuple[str, Any], ...]) -> Truth:
    return truth(task, dict(inputs))


def _closely(output: Any) -> Expected:
    return expected(output, [CLOSE * abs(value) for value in (output if isinstance(output, list) else [output])])


def counterexample(case: Case, expected: Truth) -> Counterexample:
    """The case as the finding shows it."""
    values: list[Shown] = [list(output.values) if output.shape else output.values[0] for output in expected]
    given = None if case.given is None else _bare([shown(value) for value in case.given])
    inputs = {name: list(value) if isinstance(value, tuple) else value for name, value in case.trial.items()}
    return Counterexample(inputs, given, _bare(values))


def _bare(values: list[Shown]) -> Shown:
    return values[0] if len(values) == 1 else values


def _telling(case: Case, found: Sequence[Miss], why: str) -> bool:
    """Is it wrong in the way that the exercise is, and not only where a division by zero makes it NaN?"""
    if any(miss.reason != why for miss in found) and why != CHANGES:
        return False
    sizes = [len(value) for name, value in case.trial.items() if name in ARRAYS]
    numbers = [number for name, value in case.trial.items() if name in ARRAYS for number in value]
    return why != SHAPE or not sizes or (sizes[0] > 1 and any(numbers))


def _has_numbers(given: Sequence[Value], expected: Truth) -> bool:
    """Is anything but zeros there or asked for?"""
    return any(any(output.values) for output in given) or any(any(output.values) for output in expected)


def is_of_zeros(trial: Trial) -> bool:
    """Are all of its data zero?"""
    data = (value for name, value in trial.items() if name not in SETTINGS)
    return not any(number for value in data for number in (value if isinstance(value, tuple) else (value,)))


def _smallest_trial(exercise: Judged) -> Example | None:
    wrong = [entry for entry in zip(exercise.cases, exercise.truths, exercise.misses, strict=True) if entry[2]]
    return min(wrong, key=lambda entry: _size(entry[0].trial), default=None)


def _size(trial: Trial) -> tuple[Any, ...]:
    numbers = [entry for value in trial.values() for entry in (value if isinstance(value, tuple) else (value,))]
    return len(numbers), trial.get("epochs"), sum(map(abs, numbers))  # of an exercise, all trials have epochs or none
