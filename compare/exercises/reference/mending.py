"""Is an exercise right but for the student's own earlier steps that it calls?

It is run once more with right steps in the places of the student's wrong ones. Where it is right then, it may have its
marks, for the instructor to confirm: what a right step gave it is seen, what it would have made of that is not. Where
it only stops no longer, nothing can be said of it until those steps are mended.

Each choice of steps is a run of its own, and the source holds no right step but those: what an answer finds there is
what it may call anyway, never the exercise that it is judged on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from textwrap import indent
from typing import NamedTuple

from compare.exercises.formulas.function import Reference
from compare.exercises.reference.followed import steps_of
from compare.exercises.reference.mistakes.edits import called
from compare.exercises.reference.prepared import Prepared
from compare.exercises.reference.tasks import in_numpy
from compare.sandbox.calls import MISSING, STALLED, TIMED_OUT, Answer


class Mended(NamedTuple):
    """Steps none of which can be left as it is if an exercise is to be right; or not `right`, but to stop no longer."""

    steps: tuple[str, ...]
    right: bool


def mended(
    answer: Answer, steps: Sequence[Answer], rerun: Callable[[tuple[str, ...]], Answer | None],
    right: Callable[[Answer], bool],
) -> Mended | None:  # fmt: skip
    """What mending does for an exercise that is not right; None where it does nothing.

    `steps` are the answers to those steps of it that are wrong or not there; `rerun` gives its own answer with some of
    them right, `right` whether an answer is.
    """
    names = tuple(step.name for step in steps)
    if not any(_may_be_where(answer, step) for step in steps) or (last := rerun(names)) is None:
        return None
    for fits in (right, _runs) if answer.reason else (right,):
        if fits(last):
            return Mended(_needed(names, rerun, fits), fits is right)
    return None


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

        steps = [failed[each] for each in steps_of(exercise, failed)]
        if one := mended(failed[name], steps, rerun, exercise.is_right):
            found[name] = one
    return found


def with_right(source: bytes, reference: Reference, steps: Sequence[str]) -> bytes:
    """The answer with right `steps` in the places of its own; whatever they call is theirs alone."""
    needed = {each.name for step in steps for each in called(reference, reference.functions[step])} | set(steps)
    program = in_numpy(function for name, function in reference.own.items() if name in needed)
    names = ", ".join(steps)
    made = f"def _given_steps():\n{indent(program, '    ')}\n    return ({names},)\n({names},) = _given_steps()\n"
    return b"\n\n".join([source, made.encode()])


def _may_be_where(answer: Answer, step: Answer) -> bool:
    """Could it be for `step` that `answer` is wrong? Where it never ends, or is not written yet, so is the step."""
    if answer.reason == MISSING:
        return step.reason == MISSING and step.line == answer.line is not None
    endless = TIMED_OUT, STALLED
    return answer.reason not in endless or step.reason in endless


def _runs(answer: Answer) -> bool:
    return answer.reason is None


def _needed(
    steps: tuple[str, ...], rerun: Callable[[tuple[str, ...]], Answer | None], fits: Callable[[Answer], bool]
) -> tuple[str, ...]:
    """What is left of the steps when each that can be left out is, the last of the chain first."""
    for step in reversed(steps):
        fewer = tuple(other for other in steps if other != step)
        if fewer and (found := rerun(fewer)) is not None and fits(found):
            steps = fewer
    return steps
