"""What a wrong answer is asked once more: small inputs, further ones of its steps, right steps in their places.

run     runs a source on exercises: the sandbox, within the course's limits
wrong   the exercises that are wrong, by name
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from compare.exercises.counterexample import foreseen, shown_by
from compare.exercises.judging import Case, Judged
from compare.exercises.mending import CALLED, Mended, mended, with_right
from compare.exercises.multiples import SUPPORT
from compare.exercises.questions import all_trials, question, reached
from compare.exercises.small_inputs import small_inputs
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.trials import Trial, further_trials, trials
from compare.sandbox.calls import ERROR, WRONG_FORM, Answer, Exercise, SourceFailure

if TYPE_CHECKING:
    from compare.exercises.judge import Run

FEW = 96  # small inputs that are tried first where nothing is foreseen: nearly every mistake shows in them
ANSWERING = (None, ERROR, WRONG_FORM)  # reasons for which it is worth asking again


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


class Probe(NamedTuple):
    """Further inputs of an exercise, and the question that they make."""

    inputs: tuple[Trial, ...]
    exercise: Exercise

    def cases(self, answer: Answer) -> list[Case]:
        """The answer to it, as far as the calls were made."""
        return list(map(Case, self.inputs[: reached(answer)], answer.results))


@lru_cache(maxsize=64)  # a class makes the same few mistakes
def probing(task: str, sizes: tuple[int, ...], seed: int) -> Probe:
    """The first trial of a step once more, and for each of those numbers of samples as many as it takes to tell c."""
    further = further_trials(task, tuple(n for n in sizes for _ in range(SUPPORT)), seed)
    inputs = (trials(task, seed)[0], *further)
    return Probe(inputs, question(task, inputs))


@cache
def smallest_inputs(task: str, count: int | None) -> Exercise:
    """The task on the `count` smallest inputs, on all small ones for None."""
    return question(task, _safest_first(task, count))


@lru_cache(maxsize=256)
def one_small_input(task: str, at: int) -> Exercise:
    """The task on that one of its small inputs alone."""
    return question(task, small_inputs(task)[at : at + 1])


def in_order(answer: Answer, count: int | None) -> list[Case]:
    """The answer to `smallest_inputs`: the cases that were reached, the smallest first again."""
    asked = _safest_first(answer.name, count)[: reached(answer)]
    given = {id(trial): result for trial, result in zip(asked, answer.results, strict=False)}
    return [Case(trial, given[id(trial)]) for trial in small_inputs(answer.name) if id(trial) in given]


@cache
def _safest_first(task: str, count: int | None) -> tuple[Trial, ...]:
    """With single samples last: an exercise stops at its first exception, and a division by n − 1 raises there."""
    return tuple(sorted(small_inputs(task)[:count], key=_single))


def _single(trial: Trial) -> bool:
    return any(isinstance(value, tuple) and len(value) == 1 for value in trial.values())
