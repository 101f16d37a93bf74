"""Functions that change the arrays that they are given.

They are judged by their values. What calls them is judged with copies handed to them: what they do to their arguments
is no fault of the caller's. And where such a function gives what is right for the arrays that it leaves behind, that is
why its values are wrong.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from compare.exercises.findings import CHANGED
from compare.exercises.judging import Case, Judged, Trial, Truth, matches
from compare.sandbox.calls import Answer, Exercise, SourceFailure, Value

if TYPE_CHECKING:
    from compare.exercises.judge import Run

_TEXTS = """

def _given_on_copies(function):
    return lambda *given: function(*[one.copy() if hasattr(one, "copy") else one for one in given])


def _given_left_by(function):
    def left(*given):
        function(*given)
        flat = [one.ravel() if hasattr(one, "ravel") else one for one in given]
        return [entry for one in flat for entry in (one if hasattr(one, "__len__") else [one])]

    return left


"""


def changing(answers: Sequence[Answer]) -> list[str]:
    """The functions that were seen to change what they were given."""
    return [answer.name for answer in answers if any(note.startswith(CHANGED) for note in answer.notes)]


def on_copies(source: bytes, functions: Sequence[str]) -> bytes:
    """The answer with those functions working on copies, wherever they are called."""
    return source + (_TEXTS + "".join(f"{name} = _given_on_copies({name})\n" for name in functions)).encode()


def again(source: bytes, answers: Sequence[Answer], asked: Sequence[Exercise], run: Run) -> tuple[Answer, ...]:
    """The answers, with what is `asked` of a `source` that works on copies, where that is another."""
    given = run(source, asked) if asked else ()
    found = {} if isinstance(given, SourceFailure) else {answer.name: answer for answer in given}
    pairs = ((answer, found.get(answer.name, answer)) for answer in answers)
    return tuple(old if new.results == old.results else new for old, new in pairs)


def because_of_it(
    source: bytes,
    wrong: Mapping[str, Judged],
    asked: Mapping[str, Exercise],
    truth: Callable[[str, Trial], Truth | None],
    run: Run,
) -> set[str]:
    """Of those wrong functions, the ones that are right for the arrays that they leave behind; `asked` is what they
    were asked, `truth` what is right on an input."""
    if not wrong:
        return set()
    made = "".join(f"_given_left_by_{task} = _given_left_by({task})\n" for task in wrong)
    exercises = [_leaving(asked[task], len(one.cases)) for task, one in wrong.items()]
    given = run(source + (_TEXTS + made).encode(), exercises)
    if isinstance(given, SourceFailure):
        return set()
    pairs = zip(wrong.items(), given, strict=True)
    return {task for (task, one), answer in pairs if _right_for(one, answer, partial(truth, task))}


def _leaving(exercise: Exercise, calls: int) -> Exercise:
    return Exercise(f"_given_left_by_{exercise.name}", exercise.parameters, 1, exercise.calls[:calls])


def _right_for(one: Judged, left: Answer, truth: Callable[[Trial], Truth | None]) -> bool:
    return all(
        case.given is not None and behind is not None and _right(case, behind[0], truth)
        for case, behind in zip(one.cases, left.results, strict=True)
    )


def _right(case: Case, behind: Value, truth: Callable[[Trial], Truth | None]) -> bool:
    trial = _filled(case.trial, behind.values)
    known = truth(trial) if trial else None
    return known is not None and all(map(matches, case.given or (), known))


def _filled(trial: Trial, values: array[float]) -> dict[str, Any]:
    """The trial with those numbers in the places of its own; nothing where they are too few, or no numbers."""
    left, found = iter(values), dict[str, Any]()
    if len(values) != sum(_entries(old) for old in trial.values()):
        return {}
    if not all(abs(value) < float("inf") for value in values):
        return {}
    for name, old in trial.items():
        if isinstance(old, tuple):
            found[name] = tuple(next(left) for _ in old)
        elif hasattr(old, "each"):
            found[name] = old.each(lambda _: next(left))
        else:
            found[name] = type(old)(next(left))
    return found


def _entries(value: Any) -> int:
    return len(getattr(value, "entries", value)) if hasattr(value, "__len__") else 1
