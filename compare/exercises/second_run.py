"""What a wrong answer is asked once more: small inputs, its own steps put together, right steps in their places.

run     runs a source on exercises: the sandbox, within the course's limits
wrong   the exercises that are wrong, by name
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple, TypeAlias

from compare.exercises.comparison import Case
from compare.exercises.counterexample import foreseen, shown_by
from compare.exercises.hypotheses import Hypothesis
from compare.exercises.inheritance import REACHING, Recomputed, inherits, reached, recomputations, with_steps
from compare.exercises.judging import Judged
from compare.exercises.mending import CALLED, Mended, mended, with_right
from compare.exercises.questions import all_trials, first_trials, in_order, one_small_input, smallest_inputs
from compare.exercises.small_inputs import small_inputs
from compare.sandbox.calls import ERROR, WRONG_FORM, Answer, Exercise, SourceFailure, Value

Run: TypeAlias = Callable[[bytes, Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]

FEW = 96  # small inputs that are tried first where nothing is foreseen: nearly every mistake shows in them
ANSWERING = (None, ERROR, WRONG_FORM)  # reasons for which it is worth asking again


class Second(NamedTuple):
    """By exercise, small cases of it, and the steps that explain it."""

    small: Mapping[str, Sequence[Case]]
    steps: Mapping[str, tuple[str, ...]]


def second_run(
    source: bytes,
    wrong: Mapping[str, Judged],
    known: Mapping[str, Hypothesis],
    answers: Sequence[Answer],
    seed: int,
    run: Run,
) -> Second:
    """Look for small cases, and for what is right given the student's own earlier steps, in one run if it will do.

    `known` is what the wrong exercises compute, as far as that is known: then one small case is enough.
    """
    asked = [answer.name for answer in answers if answer.name in wrong and answer.reason in ANSWERING]
    if not asked:
        return Second({}, {})
    steps = recomputations({task: wrong[task] for task in asked})
    places = {task: foreseen(wrong[task], known[task]) if task in known else None for task in asked}
    exercises = [_small(*place) for place in places.items()]
    exercises += [first_trials(one.function, one.task, seed, len(wrong[one.task].cases)) for one in steps]
    given = run(with_steps(source, steps), [*exercises, *([REACHING] if steps else [])])
    if isinstance(given, SourceFailure):
        return Second({}, {})
    small = {answer.name: _cases(answer, places[answer.name]) for answer in given[: len(asked)]}
    unseen = [one for one in exercises[: len(asked)] if not shown_by(wrong[one.name], small[one.name])]
    small |= _larger(source, unseen, run)
    results = [answer.results for answer in given[len(asked) : len(exercises)]]
    return Second(small, _explaining(wrong, steps, results, reached(given[-1].results) if steps else {}))


def _small(task: str, place: int | None) -> Exercise:
    """The question that is put first: the foreseen one of the small inputs, or the smallest few."""
    return smallest_inputs(task, FEW) if place is None else one_small_input(task, place)


def _cases(answer: Answer, place: int | None) -> list[Case]:
    """The answers to it."""
    return in_order(answer, FEW) if place is None else [Case(small_inputs(answer.name)[place], answer.results[0])]


def mends(
    source: bytes, failed: Mapping[str, Answer], seed: int, run: Run, right: Callable[[Answer], bool]
) -> dict[str, Mended]:
    """By exercise that stopped, what comes of it once its own wrong steps are right. `failed` are all not right."""
    found: dict[str, Mended] = {}
    for task in [task for task in CALLED if task in failed and failed[task].reason is not None]:

        def rerun(steps: tuple[str, ...], task: str = task) -> Answer | None:
            given = run(with_right(source, steps), all_trials((task,), seed))
            return None if isinstance(given, SourceFailure) else given[0]

        steps = [failed[step] for step in CALLED[task] if step in failed]
        if one := mended(failed[task], steps, rerun, right):
            found[task] = one
    return found


def _larger(source: bytes, unseen: Sequence[Exercise], run: Run) -> dict[str, list[Case]]:
    """All of the small cases, where those that were asked for show no mistake."""
    wholes = [(smallest_inputs(part.name, None), part) for part in unseen]
    exercises = [whole for whole, part in wholes if len(whole.calls) > len(part.calls)]
    given = run(source, exercises) if exercises else ()
    return {} if isinstance(given, SourceFailure) else {answer.name: in_order(answer, None) for answer in given}


def _explaining(
    wrong: Mapping[str, Judged],
    steps: Sequence[Recomputed],
    given: Sequence[Sequence[tuple[Value, ...] | None]],
    called: Mapping[str, Set[str]],
) -> dict[str, tuple[str, ...]]:
    """By exercise, the fewest of the student's steps that give the student's values; rather those that it calls."""
    fitting = [one for one, results in zip(steps, given, strict=True) if inherits(wrong[one.task], results)]
    best_first = sorted(fitting, key=lambda one: not called.get(one.task, frozenset()) >= set(one.steps))
    return {one.task: one.steps for one in reversed(best_first)}
