"""What a wrong answer is asked once more: small inputs, further ones of its steps, right steps in their places.

run     runs a source on exercises: the sandbox, within the course's limits
wrong   the exercises that are wrong, by name
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from time import monotonic
from typing import NamedTuple, TypeAlias

from compare.exercises.comparison import Case
from compare.exercises.counterexample import foreseen, shown_by
from compare.exercises.hypotheses import Hypothesis
from compare.exercises.judging import Judged
from compare.exercises.mending import CALLED, Mended, mended, with_right
from compare.exercises.questions import all_trials, in_order, one_small_input, probing, smallest_inputs
from compare.exercises.small_inputs import small_inputs
from compare.sandbox.calls import ERROR, TIMED_OUT, WRONG_FORM, Answer, Exercise, Limits, SourceFailure

Run: TypeAlias = Callable[[bytes, Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]
LimitedRun: TypeAlias = Callable[[bytes, Sequence[Exercise], Limits], tuple[Answer, ...] | SourceFailure]

FEW = 96  # small inputs that are tried first where nothing is foreseen: nearly every mistake shows in them
ANSWERING = (None, ERROR, WRONG_FORM)  # reasons for which it is worth asking again
MOST = 10  # times the seconds of an exercise: what all that is asked once more may take


class Reruns:
    """A `run` for all that an answer is asked once more, within one budget of `MOST` times its limit of seconds."""

    def __init__(self, run: LimitedRun, limits: Limits) -> None:
        self._run, self._limits, self._left = run, limits, MOST * limits.seconds

    def __call__(self, source: bytes, exercises: Sequence[Exercise]) -> tuple[Answer, ...] | SourceFailure:
        """Nothing where the budget is spent. Each exercise may need a process, whose top level has as long again."""
        share = min(self._limits.seconds, self._left / (2 * len(exercises)))
        if share <= 0:
            return SourceFailure(TIMED_OUT, "", None)
        patience = min(self._limits.patience, self._left / share)
        started = monotonic()
        try:
            return self._run(source, exercises, self._limits._replace(seconds=share, patience=patience))
        finally:
            self._left -= monotonic() - started


class Second(NamedTuple):
    """By exercise, small cases of it, and what it gave on further inputs."""

    small: Mapping[str, Sequence[Case]]
    probed: Mapping[str, Sequence[Case]]


def second_run(
    source: bytes,
    wrong: Mapping[str, Judged],
    known: Mapping[str, Hypothesis],
    sizes: Mapping[str, tuple[int, ...]],
    answers: Sequence[Answer],
    seed: int,
    run: Run,
) -> Second:
    """Look for small cases, and at steps on further inputs of those `sizes`, in one run if it will do.

    `known` is what the wrong exercises compute, as far as that is known: then one small case is enough.
    """
    asked = [answer.name for answer in answers if answer.name in wrong and answer.reason in ANSWERING]
    if not asked:
        return Second({}, {})
    places = {task: foreseen(wrong[task], known[task]) if task in known else None for task in asked}
    probes = {task: probing(task, sizes[task], seed) for task in asked if sizes.get(task)}
    exercises = [_small(*place) for place in places.items()]
    given = run(source, [*exercises, *(probe.exercise for probe in probes.values())])
    if isinstance(given, SourceFailure):
        return Second({}, {})
    small = {answer.name: _cases(answer, places[answer.name]) for answer in given[: len(asked)]}
    unseen = [one for one in exercises if not shown_by(wrong[one.name], small[one.name])]
    small |= _larger(source, unseen, run)
    return Second(small, {answer.name: probes[answer.name].cases(answer) for answer in given[len(asked) :]})


def _small(task: str, place: int | None) -> Exercise:
    """The question that is put first: the foreseen one of the small inputs, or the smallest few."""
    return smallest_inputs(task, FEW) if place is None else one_small_input(task, place)


def _cases(answer: Answer, place: int | None) -> list[Case]:
    """The answers to it."""
    return in_order(answer, FEW) if place is None else [Case(small_inputs(answer.name)[place], answer.results[0])]


def mends(
    source: bytes,
    failed: Mapping[str, Answer],
    left: Collection[str],
    seed: int,
    run: Run,
    right: Callable[[Answer], bool],
) -> dict[str, Mended]:
    """By exercise of those `left`, what comes of it once its own wrong steps are right; `failed` are all not right."""
    found: dict[str, Mended] = {}
    for task in [task for task in CALLED if task in left]:

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
