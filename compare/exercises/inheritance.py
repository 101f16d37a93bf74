"""Follow-through: is a wrong exercise right, given the student's own earlier steps?

The chain is predict, mse, dmse_dyp, gradients, sgd_step, train. A wrong exercise is recomputed from the right steps,
with some of the student's own wrong ones in their places; where that gives what the student gave, on every trial, the
mistake is in those steps, and this exercise only inherits it. The fewest such steps are named.

A step that gives the same number on every input, and a run in which no loss moves, pass nothing on: whoever returns 0
everywhere has derived nothing from it.
"""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from compare.exercises.allowance import any_form
from compare.exercises.judging import Judged
from compare.exercises.tasks import TASKS
from compare.exercises.truths import Expected
from compare.sandbox.calls import Exercise, Value

EARLIER: Mapping[str, tuple[str, ...]] = {  # the exercises that are steps of another, in the chain's order
    "gradients": ("predict", "dmse_dyp"),
    "train": ("predict", "mse", "dmse_dyp", "gradients", "sgd_step"),
    "train_momentum": ("predict", "mse", "dmse_dyp", "gradients", "momentum_step"),
}
# What is differentiated carries its mistake on by name only: a slope is no function of a loss's values.
BY_NAME: Mapping[str, tuple[str, ...]] = {**EARLIER, "dmse_dyp": ("mse",), "gradients": ("mse", "dmse_dyp")}
ONE = array("d", [1.0])
REACHING = Exercise("_given_reached", ("task",), len(TASKS), tuple((number,) for number in range(len(TASKS))))
_STEPS = Path(__file__).with_name("given_steps.py")


class Recomputed(NamedTuple):
    """An exercise made of right steps and of the student's own `steps`; `function` is its name in the source."""

    task: str
    steps: tuple[str, ...]
    function: str


def recomputations(wrong: Mapping[str, Judged]) -> list[Recomputed]:
    """Every choice of wrong steps for every wrong exercise that has some, the fewest steps first."""
    usable = {task for task, step in wrong.items() if not _constant(step)}
    return [
        Recomputed(task, steps, f"_given_{task}_by_{'_'.join(steps)}")
        for task in EARLIER
        if task in wrong
        for steps in _choices([step for step in EARLIER[task] if step in usable])
    ]


def with_steps(source: bytes, wanted: Sequence[Recomputed]) -> bytes:
    """The answer with those functions below it."""
    if not wanted:
        return source
    lines = [f"{one.function} = {_made(one.task, one.steps)}" for one in wanted]
    return source + b"\n\n" + _STEPS.read_bytes() + "\n".join(lines).encode() + b"\n"


def inherits(exercise: Judged, recomputed: Sequence[tuple[Value, ...] | None]) -> bool:
    """Did the student give the recomputed values on every trial?"""
    return not _still(recomputed) and all(
        case.given is not None and other is not None and _same(case.given, other, truth)
        for case, other, truth in zip(exercise.cases, recomputed, exercise.truths, strict=True)
    )


def reached(results: Sequence[tuple[Value, ...] | None]) -> dict[str, frozenset[str]]:
    """By exercise, the exercises that the student's function calls, itself or through another: only its own word."""
    tasks = tuple(TASKS)
    flags = {task: result for task, result in zip(tasks, results, strict=False) if result is not None}
    return {
        task: frozenset(other for other, flag in zip(tasks, result, strict=False) if flag.values[:1] == ONE)
        for task, result in flags.items()
    }


def _constant(step: Judged) -> bool:
    given = [value.values for case in step.cases if case.given is not None for value in case.given]
    return len({number for values in given for number in values}) <= 1


def _still(recomputed: Sequence[tuple[Value, ...] | None]) -> bool:
    """Does nothing differ within any list of the results, as in losses that never move?"""
    lists = [value.values for values in recomputed if values for value in values if value.shape]
    return bool(lists) and all(len(set(numbers)) <= 1 for numbers in lists)


def inherited_names(task: str, names: Collection[str], earlier: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The earlier wrong exercises that have all those names already; none where a name is new."""
    steps = tuple(step for step in BY_NAME.get(task, ()) if set(earlier.get(step, ())).intersection(names))
    found = {name for step in steps for name in earlier[step]}
    return steps if names and found.issuperset(names) else ()


def _choices(steps: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(len(steps)):
        yield from combinations(steps, size + 1)


def _made(task: str, steps: tuple[str, ...]) -> str:
    """The call that builds the exercise, such as `_given_train_from(_given_predict, mse, …)`."""
    own = {step: step if step in steps else f"_given_{step}" for step in TASKS}
    gradients = f"_given_gradients_from({own['predict']}, {own['dmse_dyp']})"
    if task == "gradients":
        return gradients
    slope = "gradients" if "gradients" in steps else gradients
    step = own["sgd_step" if task == "train" else "momentum_step"]
    return f"_given_{task}_from({own['predict']}, {own['mse']}, {slope}, {step})"


def _same(given: Sequence[Value], other: Sequence[Value], truth: Sequence[Expected]) -> bool:
    return all(
        one.shape == two.shape
        and all(abs(a - b) <= room for a, b, room in zip(one.values, two.values, _rooms(two, expected), strict=True))
        for one, two, expected in zip(given, other, truth, strict=True)
    )


def _rooms(value: Value, truth: Expected) -> Iterator[float]:
    """What rounding in float32 may do to each: as to the truth, and in proportion where these are larger.

    A run is as exact as its largest value so far, once a step.
    """
    largest = 0.0
    for i, entry in enumerate(value.values):
        largest = max(largest, abs(entry))
        plain = truth.allowed[i] if i < len(truth.allowed) else 0.0
        yield plain + any_form(1) * (i + 1) * largest
