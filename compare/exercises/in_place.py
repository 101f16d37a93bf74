"""Functions that change the arrays that they are given.

They are judged by their values. What calls them is judged with copies handed to them: what they do to their arguments
is no fault of the caller's. And where such a function gives what is right for the arrays that it leaves behind, that is
why its values are wrong.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compare.exercises.findings import CHANGED
from compare.exercises.judging import Case, Judged, matches
from compare.exercises.questions import all_trials, call
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial
from compare.exercises.truths import truth
from compare.sandbox.calls import Answer, Exercise, SourceFailure, Value

if TYPE_CHECKING:
    from compare.exercises.judge import Run

_TEXTS = """

def _given_on_copies(function):
    return lambda *given: function(*[one.copy() if hasattr(one, "copy") else one for one in given])


def _given_left_by(function):
    def left(*given):
        function(*given)
        return [entry for one in given for entry in (one if hasattr(one, "__len__") else [one])]

    return left


"""


def changing(answers: Sequence[Answer]) -> list[str]:
    """The functions that were seen to change what they were given."""
    return [answer.name for answer in answers if any(note.startswith(CHANGED) for note in answer.notes)]


def on_copies(source: bytes, functions: Sequence[str]) -> bytes:
    """The answer with those functions working on copies, wherever they are called."""
    return source + (_TEXTS + "".join(f"{name} = _given_on_copies({name})\n" for name in functions)).encode()


def again(source: bytes, answers: Sequence[Answer], wrong: Collection[str], seed: int, run: Run) -> list[Answer]:
    """The answers, with what the `wrong` functions give in a `source` that works on copies, where that is another."""
    given = run(source, all_trials(tuple(wrong), seed)) if wrong else ()
    found = {} if isinstance(given, SourceFailure) else {answer.name: answer for answer in given}
    pairs = ((answer, found.get(answer.name, answer)) for answer in answers)
    return [old if new.results == old.results else new for old, new in pairs]


def because_of_it(source: bytes, wrong: Mapping[str, Judged], run: Run) -> set[str]:
    """Of those wrong functions, the ones that are right for the arrays that they leave behind."""
    if not wrong:
        return set()
    made = "".join(f"_given_left_by_{task} = _given_left_by({task})\n" for task in wrong)
    exercises = [_leaving(task, one.cases) for task, one in wrong.items()]
    given = run(source + (_TEXTS + made).encode(), exercises)
    if isinstance(given, SourceFailure):
        return set()
    return {task for (task, one), answer in zip(wrong.items(), given, strict=True) if _right_for(one, answer)}


def _leaving(task: str, cases: Sequence[Case]) -> Exercise:
    return Exercise(f"_given_left_by_{task}", TASKS[task].parameters, 1, tuple(call(case.trial) for case in cases))


def _right_for(one: Judged, left: Answer) -> bool:
    return all(
        case.given is not None and behind is not None and _right(one.task, case, behind[0])
        for case, behind in zip(one.cases, left.results, strict=True)
    )


def _right(task: str, case: Case, behind: Value) -> bool:
    trial = _filled(case.trial, behind.values)
    return bool(trial) and all(map(matches, case.given or (), truth(task, trial)))


def _filled(trial: Trial, values: array[float]) -> dict[str, Any]:
    """The trial with those numbers in the places of its own; nothing where they are too few, or no numbers."""
    left, found = iter(values), dict[str, Any]()
    if len(values) != sum(len(old) if isinstance(old, tuple) else 1 for old in trial.values()):
        return {}
    if not all(abs(value) < float("inf") for value in values):
        return {}
    for name, old in trial.items():
        if isinstance(old, tuple):
            found[name] = tuple(next(left) for _ in old)
        else:
            found[name] = type(old)(next(left))
    return found
