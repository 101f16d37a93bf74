"""The judge: an answer's functions on generated inputs, against the truth.

A first run tries every exercise. Where some are wrong, a second one looks for the smallest counterexamples, and for
what is right given the student's own earlier steps.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from compare.exercises.comparison import Case
from compare.exercises.counterexample import shown_by
from compare.exercises.explanations import explain
from compare.exercises.findings import ExerciseFinding, Failure, Finding
from compare.exercises.inheritance import REACHING, Recomputed, inherits, reached, recomputations, with_steps
from compare.exercises.judging import Judged, judged
from compare.exercises.mending import CALLED, Mended, mended, with_right
from compare.exercises.small_inputs import small_inputs
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial, trials
from compare.exercises.truths import all_within, bounds, truths
from compare.exercises.verdicts import Evidence, verdict
from compare.sandbox.calls import (
    ERROR,
    MISSING,
    TIMED_OUT,
    WRONG_FORM,
    Answer,
    Exercise,
    Limits,
    SourceFailure,
    Value,
    Vector,
)

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.sandbox.run import Sandbox

_Run = Callable[[bytes, Sequence[Exercise]], tuple[Answer, ...] | SourceFailure]

_Answered = TypeVar("_Answered", Answer, SourceFailure)

PASSED_OVER = "passed-over:"
FEW = 96  # small inputs that are tried first: nearly every mistake shows in them
ANSWERING = (None, ERROR, WRONG_FORM)  # reasons for which it is worth asking again


class _Second(NamedTuple):
    """What the second run gave: small cases by exercise, and the steps that explain an exercise."""

    small: Mapping[str, Sequence[Case]]
    steps: Mapping[str, tuple[str, ...]]


def examine(source: bytes, course: Course, sandbox: Sandbox) -> Finding:
    """Judge every exercise of `course` in `source`, run in `sandbox`; the same answer always gives the same finding."""
    limits = Limits(seconds=course.seconds, memory=course.memory)
    of = float(sum(course.points.values()))
    for task in course.points:
        bounds(task, course.seed)  # while the sandbox's interpreter starts
    answers = sandbox.run(source, _first_exercises(tuple(course.points), course.seed), limits)
    if isinstance(answers, SourceFailure):
        return Finding(0.0, of, (), Failure(*_within(answers, limits)))
    answers, notes = _parted([_within(answer, limits) for answer in answers])
    wrong = _wrong(answers, course.seed)

    def run(given: bytes, asked: Sequence[Exercise]) -> tuple[Answer, ...] | SourceFailure:
        return sandbox.run(given, asked, limits)

    second = _second_run(source, wrong, answers, course.seed, run)
    mends = _mended(source, wrong, answers, course.seed, run)
    found = _verdicts([_evidence(answer, course, wrong.get(answer.name), second, mends) for answer in answers])
    points = sum(one.points for one in found.values())
    return Finding(points, of, tuple(found[task] for task in course.points), None, notes)


def _within(answer: _Answered, limits: Limits) -> _Answered:
    """With the seconds that it had, where it took longer."""
    return answer._replace(detail=f"{limits.seconds:g}") if answer.reason == TIMED_OUT else answer


def _parted(answers: Sequence[Answer]) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """The answers without what is noted of the top level, and that, once."""
    of_all = dict.fromkeys(note for answer in answers for note in answer.notes if note.startswith(PASSED_OVER))
    own = (tuple(note for note in answer.notes if note not in of_all) for answer in answers)
    return tuple(answer._replace(notes=notes) for answer, notes in zip(answers, own, strict=True)), tuple(of_all)


def _verdicts(evidence: Sequence[Evidence]) -> dict[str, ExerciseFinding]:
    """By exercise. They are reached in the chain's order, whatever the course's is: the first wrong step is named."""
    found: dict[str, ExerciseFinding] = {}
    for one in sorted(evidence, key=lambda one: tuple(TASKS).index(one.answer.name)):
        found[one.answer.name] = verdict(one, {task: earlier.mistakes for task, earlier in found.items()})
    return found


def call(trial: Trial) -> tuple[float | int | Vector, ...]:
    """The trial as the arguments of a call."""
    return tuple(Vector(array("d", value)) if isinstance(value, tuple) else value for value in trial.values())


@cache
def _first_exercises(tasks: tuple[str, ...], seed: int) -> tuple[Exercise, ...]:
    return tuple(_first_calls(task, task, seed, len(trials(task, seed))) for task in tasks)


@lru_cache(maxsize=64)  # a class makes the same few mistakes; the sandbox knows what it has by its being the same
def _first_calls(function: str, task: str, seed: int, count: int) -> Exercise:
    return _exercise(function, task, trials(task, seed)[:count])


@cache
def _small_exercise(task: str, count: int | None) -> Exercise:
    return _exercise(task, task, _safest_first(task, count))


def _exercise(function: str, task: str, inputs: Sequence[Trial]) -> Exercise:
    return Exercise(function, TASKS[task].parameters, len(TASKS[task].outputs), tuple(map(call, inputs)))


def _wrong(answers: Sequence[Answer], seed: int) -> dict[str, Judged]:
    """The exercises that are there and not right."""
    done = [answer for answer in answers if answer.reason != MISSING and not _right(answer, seed)]
    found = (_judged(answer, _reached(answer), seed) for answer in done)
    return {one.task: one for one in found if one.wrong}


def _right(answer: Answer, seed: int) -> bool:
    return answer.reason is None and all_within(answer.results, bounds(answer.name, seed))


def _judged(answer: Answer, calls: int, seed: int) -> Judged:
    task = answer.name
    return judged(task, trials(task, seed)[:calls], truths(task, seed)[:calls], answer.results[:calls])


def _reached(answer: Answer) -> int:
    """How many calls were made: an exercise stops at its first exception, but for no wrong form."""
    if answer.at is None or answer.reason in (None, WRONG_FORM):
        return len(answer.results)
    return answer.at + 1


def _evidence(
    answer: Answer, course: Course, wrong: Judged | None, second: _Second, mends: Mapping[str, Mended]
) -> Evidence:
    explanation = None if wrong is None else explain(answer.name, wrong.cases, wrong.wrong)
    return Evidence(
        answer,
        float(course.points[answer.name]),
        wrong,
        explanation,
        second.small.get(answer.name, ()),
        second.steps.get(answer.name, ()),
        mends.get(answer.name),
    )


def _second_run(
    source: bytes, wrong: Mapping[str, Judged], answers: Sequence[Answer], seed: int, run: _Run
) -> _Second:
    asked = [answer.name for answer in answers if answer.name in wrong and answer.reason in ANSWERING]
    if not asked:
        return _Second({}, {})
    steps = recomputations({task: wrong[task] for task in asked})
    exercises = [_small_exercise(task, FEW) for task in asked]
    exercises += [_first_calls(one.function, one.task, seed, len(wrong[one.task].cases)) for one in steps]
    given = run(with_steps(source, steps), [*exercises, *([REACHING] if steps else [])])
    if isinstance(given, SourceFailure):
        return _Second({}, {})
    small = {answer.name: _in_order(answer, FEW) for answer in given[: len(asked)]}
    small |= _larger(source, [wrong[task] for task in asked if not shown_by(wrong[task], small[task])], run)
    results = [answer.results for answer in given[len(asked) : len(exercises)]]
    called = reached(given[-1].results) if steps else {}
    return _Second(small, _explaining(wrong, steps, results, called))


def _larger(source: bytes, unseen: Sequence[Judged], run: _Run) -> dict[str, list[Case]]:
    """All of the small cases of the exercises whose mistake the smallest few do not show."""
    exercises = [_small_exercise(one.task, None) for one in unseen]
    given = run(source, exercises) if exercises else ()
    return {} if isinstance(given, SourceFailure) else {answer.name: _in_order(answer, None) for answer in given}


def _mended(
    source: bytes, wrong: Mapping[str, Judged], answers: Sequence[Answer], seed: int, run: _Run
) -> dict[str, Mended]:
    """By exercise that stopped, what comes of it once its own wrong steps are right."""
    failed = {answer.name: answer for answer in answers if answer.reason is not None or answer.name in wrong}
    found: dict[str, Mended] = {}
    for task in [task for task in CALLED if task in failed and failed[task].reason is not None]:
        exercises = _first_exercises((task,), seed)

        def rerun(steps: tuple[str, ...], exercises: tuple[Exercise, ...] = exercises) -> Answer | None:
            given = run(with_right(source, steps), exercises)
            return None if isinstance(given, SourceFailure) else given[0]

        steps = [failed[step] for step in CALLED[task] if step in failed]
        if one := mended(failed[task], steps, rerun, lambda answer: not _judged(answer, _reached(answer), seed).wrong):
            found[task] = one
    return found


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


@cache
def _safest_first(task: str, count: int | None) -> tuple[Trial, ...]:
    """The `count` smallest inputs, all for None, with single samples last: an exercise stops at its first exception,
    and a division by n − 1 raises there."""
    return tuple(sorted(small_inputs(task)[:count], key=_single))


def _in_order(answer: Answer, count: int | None) -> list[Case]:
    """The small cases that were reached, the smallest first again."""
    reached = _safest_first(answer.name, count)[: _reached(answer)]
    given = {id(trial): result for trial, result in zip(reached, answer.results, strict=False)}
    return [Case(trial, given[id(trial)]) for trial in small_inputs(answer.name) if id(trial) in given]


def _single(trial: Trial) -> bool:
    return any(isinstance(value, tuple) and len(value) == 1 for value in trial.values())
