"""Judges an answer to the bundled exercises, whose known mistakes stand in a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from compare.exercises import draws, programs
from compare.exercises.equality import Places, is_equal, is_odd, places
from compare.exercises.findings import EVERY_TRIAL, OF_RUN, OF_STEP, OF_SUMS, RIGHT, ExerciseFinding
from compare.exercises.judging import Tried, Truth
from compare.exercises.programs import Program
from compare.exercises.questions import all_trials
from compare.exercises.tasks import ARRAYS, TASKS
from compare.exercises.trials import Trial, distinct, kinds, trials
from compare.exercises.truths import bounds, equal_bounds, equal_truths, is_near
from compare.sandbox.calls import Answer, Exercise, Results

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.judge import Run

MOVED = (1, 1), (1, 0), (0, 1)  # parts of a step: all of it, that of w, that of b

def questions(course: Course) -> tuple[Exercise, ...]:
    """Every exercise on all of its trials; what is right on them is found while the sandbox's interpreter starts."""
    for task in course.points:
        if course.decimals is None:
            equal_bounds(task, course.seed)
        else:
            bounds(task, course.seed, course.decimals)
    return all_trials(tuple(course.points), course.seed)


def found(source: bytes, course: Course, answers: Sequence[Answer], again: Run) -> tuple[ExerciseFinding, ...]:
    """One finding an exercise, in the course's order; `again` runs a source on further questions."""
    found = {answer.name: _right(answer, course) for answer in answers if _is_right(answer, course)}
    if left := [answer for answer in answers if answer.name not in found]:
        from compare.exercises.diagnosis import diagnosed

        found |= diagnosed(source, answers, left, course, again)
    return tuple(found[task] for task in course.points)


def _is_right(answer: Answer, course: Course) -> bool:
    """Does it come out at all, and is nothing wrong with it?"""
    return answer.reason is None and is_right(answer.results, answer.name, course.seed, course.decimals)


def is_right(results: Results, task: str, seed: int, decimals: int | None = None) -> bool:
    """Is every number within its allowance, and off by nothing but rounding, or by that to so many decimals?"""
    near = is_near(results, task, seed, decimals)
    return near and (decimals is not None or not is_odd(results, places_of(task, seed)))


def _right(answer: Answer, course: Course) -> ExerciseFinding:
    """The finding of a right answer."""
    of, equal = float(course.points[answer.name]), shown(answer.results, answer.name, course.seed)
    return ExerciseFinding(answer.name, RIGHT, of, of, tries=len(answer.results), equal=equal, notes=answer.notes)


def shown(results: Results, task: str, seed: int) -> str | None:
    """What equality shows of right `results`, where every number on every exact trial is the truth."""
    if not is_equal(results, places_of(task, seed)):
        return None
    parameters = TASKS[task].parameters
    kind = OF_RUN if "epochs" in parameters else OF_SUMS if ARRAYS.intersection(parameters) else OF_STEP
    return kind.format(sizes="n = 1, 2, 4, 8") if draws.parted(seed) else EVERY_TRIAL


def places_of(task: str, seed: int) -> Places:
    """Where the numbers lie of which equality, or an error that no rounding makes, shows something."""
    return _places(task, distinct(task, seed))


@cache
def _places(task: str, seed: int) -> Places:
    moved = MOVED if "epochs" in TASKS[task].parameters else ()
    return places(tried(task, seed, equal_truths(task, seed)), [partial(_of_step, part) for part in moved])


def _of_step(moved: tuple[int, int], trial: Trial) -> tuple[float, float]:
    """How the loss after the first step moves with the part of it that is `moved`: a quadratic, told by -1, 0 and 1."""
    state = programs.first_state(Program(), trial)
    after = programs.advanced(Program(), trial, state, 0)
    step = [part * (end - start) for part, end, start in zip(moved, after[:2], state[:2], strict=True)]
    ends = (after._replace(w=after.w + part * step[0], b=after.b + part * step[1]) for part in (-1, 0, 1))
    before, at, beyond = (programs.recorded(Program(), trial, end) for end in ends)
    return (beyond - before) / 2, (beyond + before) / 2 - at


def tried(task: str, seed: int, known: Sequence[Truth]) -> tuple[Tried, ...]:
    """The trials with those truths."""
    return tuple(map(Tried, trials(task, seed), known, kinds(task, seed)))
