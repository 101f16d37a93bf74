"""What is wrong with an exercise, as a reference tells: in which outputs, and by which mistake.

What is right given the student's own earlier steps is not wrong. All of it is found at once, as exercises follow from
each other and further questions cost time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from compare.exercises import in_place
from compare.exercises.course import ANY, NONE
from compare.exercises.equality import BEYOND_ROUNDING, without_room
from compare.exercises.findings import RIGHT, UNCHECKED, WRONG, ExerciseFinding
from compare.exercises.judging import (
    Case,
    Judged,
    Trial,
    Truth,
    changing,
    misses,
    reason,
)
from compare.exercises.reference import followed
from compare.exercises.reference.example import Asked, Example, examples, with_example
from compare.exercises.reference.mending import Mended, mends, with_right
from compare.exercises.reference.mistakes.explained import Explained, Mistaken, commoner
from compare.exercises.reference.named import CHANGES, Explanation, explained_by, is_all, telling, told, without_formula
from compare.exercises.reference.prepared import Prepared, parsed, reached
from compare.exercises.table import by_table
from compare.exercises.table.by_table import Tabled
from compare.exercises.trials.inputs import tried
from compare.sandbox.calls import ERROR, MISSING, UNSET, WRONG_FORM, Answer, SourceFailure

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.formulas.function import Reference
    from compare.exercises.judge import Run

OTHER_LOSS = "other-loss:"  # the note that the loss which a gradient belongs to passes nothing on


class Wrong(NamedTuple):
    """All that is known of an exercise that is not right."""

    answer: Answer
    judged: Judged
    explained: Explanation | None
    near: bool  # as near as rounding in float32 would bring it, which nothing here did
    odd: tuple[str, float | None] | None  # a mistake that no formula has, and its number

    @property
    def answers(self) -> bool:
        """Is it worth asking for a small input on which it shows?"""
        return self.answer.reason in (None, ERROR, WRONG_FORM) and not self.near


def judged(
    source: bytes,
    course: Course,
    exercises: Mapping[str, Prepared],
    finding: Callable[[Answer], ExerciseFinding],
    answers: Sequence[Answer],
    again: Run,
) -> dict[str, ExerciseFinding]:
    """The findings of all `answers`, some of which are not right. `finding` is that of one if it is; `again` asks
    further."""
    source, answers, changed = _on_copies(source, exercises, answers, again)
    found = {answer.name: finding(answer) for answer in answers}
    wrong: dict[str, Wrong] = {}
    for answer in answers:
        if one := _wrong(exercises[answer.name], answer, answer.name in changed):
            wrong[answer.name] = one
    ask = partial(again, source)
    own = _passed_on(course, exercises, wrong)
    given = {name: _steps(exercises[name], one, own) for name, one in wrong.items()}
    given = _first(given, parsed(course.formulas))
    failed = {answer.name: answer for answer in answers if answer.name in wrong or answer.reason is not None}
    left = [name for name in failed if not given.get(name)]
    mended = mends(exercises, failed, left, partial(_rerun, source, again))
    answering = [name for name in left if name in wrong and wrong[name].answers]
    shown_on = {name: _asked(exercises[name], wrong[name]) for name in answering}
    small = examples(course, exercises, shown_on, ask)
    found |= {name: found[name]._replace(inherited=steps, equal=None) for name, steps in given.items() if steps}
    for name in left:
        exercise, plain = exercises[name], found[name]
        if course.follow_through != NONE and exercise.function.loss in wrong.keys() - own.steps:
            plain = plain._replace(notes=(*plain.notes, OTHER_LOSS + exercise.function.loss))
        found[name] = _verdict(course, exercise, wrong.get(name), plain, mended.get(name), small.get(name))
    return found


def _on_copies(
    source: bytes, exercises: Mapping[str, Prepared], answers: Sequence[Answer], again: Run
) -> tuple[bytes, Sequence[Answer], set[str]]:
    """The answer with its functions working on copies where one changes its arrays; those that are wrong by that."""
    changing = in_place.changing(answers)
    left = [answer for answer in answers if _is_wrong(exercises[answer.name], answer)] if changing else []
    if not left:
        return source, answers, set()
    wrong = {answer.name: _compared(exercises[answer.name], answer) for answer in left}

    def right(name: str, trial: Trial) -> Truth | None:
        known = tried(exercises[name].reference, exercises[name].function, trial)
        return known and known.truth

    asked = {name: exercises[name].question for name in wrong}
    by_that = {name: one for name, one in wrong.items() if name in changing}
    found = in_place.because_of_it(source, by_that, asked, right, again)
    source = in_place.on_copies(source, changing)
    return source, in_place.again(source, answers, tuple(asked.values()), again), found


def _is_wrong(exercise: Prepared, answer: Answer) -> bool:
    return answer.reason not in (MISSING, UNSET) and not exercise.is_right(answer)


def _rerun(source: bytes, again: Run, steps: Sequence[str], exercise: Prepared) -> Answer | None:
    """The answer to an exercise with right steps in the places of those."""
    given = again(with_right(source, exercise.reference, steps), (exercise.question,))
    return None if isinstance(given, SourceFailure) else given[0]


def _wrong(exercise: Prepared, answer: Answer, changed: bool) -> Wrong | None:
    """What is wrong with an answer that is there, if anything is; `changed` where it is right for the arrays that it
    leaves behind."""
    if not _is_wrong(exercise, answer):
        return None
    near = exercise.is_near(answer)
    odd = (CHANGES, None) if changed else without_formula(exercise, answer, near)
    seen = _compared(exercise, answer, bool(odd))
    explained = None if near or odd else explained_by(exercise, seen)
    return Wrong(answer, seen, explained, near, odd)


def _asked(exercise: Prepared, wrong: Wrong) -> Asked:
    """What an example is looked for with."""
    explained = wrong.explained
    known = explained.known if explained and is_all(explained, wrong.judged.wrong) else None
    others: list[Mistaken] = []
    if by_table.is_line(exercise.formulas):
        others += by_table.commoner(exercise, explained if isinstance(explained, Tabled) else None)
    if not isinstance(explained, Tabled):
        others += commoner(exercise, explained if isinstance(explained, Explained) else None)
    data = frozenset(each.name for each in exercise.function.parameters if each.kind == "real")
    return Asked(wrong.judged, known, others, data)


def _compared(exercise: Prepared, answer: Answer, everywhere: bool = False) -> Judged:
    """The comparison of all calls that were made; of an answer that is near everywhere, with no room for float32."""
    near, calls = exercise.is_near(answer), reached(answer)
    truths = without_room(exercise.trials, everywhere) if near else tuple(one.truth for one in exercise.trials)
    cases = tuple(Case(one.trial, given) for one, given in zip(exercise.trials[:calls], answer.results, strict=False))
    found = tuple(misses(case, truth) for case, truth in zip(cases, truths, strict=False))
    return Judged(exercise.name, cases, truths[: len(cases)], found)


def _verdict(
    course: Course,
    exercise: Prepared,
    wrong: Wrong | None,
    right: ExerciseFinding,
    mended: Mended | None,
    example: Example | None,
) -> ExerciseFinding:
    """The finding of an exercise that does not follow from the student's own steps, but may be right without these."""
    if mended and mended.right and course.follow_through != NONE:
        right = right._replace(inherited=mended.steps, mended=True, confirm=True, equal=None)
        if course.follow_through == ANY:
            return right._replace(verdict=RIGHT, points=right.of, reason=None, line=None, detail="")
    if mended and not (wrong and any(wrong.judged.misses)):
        right = right._replace(verdict=UNCHECKED, points=0.0, inherited=mended.steps, mended=True)
        return right._replace(reason=wrong.answer.reason if wrong else right.reason)
    return _finding(course, exercise, wrong, right, example) if wrong else right


def _passed_on(course: Course, exercises: Mapping[str, Prepared], wrong: Mapping[str, Wrong]) -> followed.Own:
    """What the course lets the wrong functions pass on of themselves."""
    given = wrong.items() if course.follow_through != NONE else ()
    found = [followed.passed_on(exercises[name], one.judged, one.explained) for name, one in given]
    multiples = {name: one for own in found for name, one in own.multiples.items()}
    return followed.Own(multiples, {name: one for own in found for name, one in own.mistakes.items()})


def _steps(exercise: Prepared, wrong: Wrong, own: followed.Own) -> tuple[str, ...]:
    """The fewest of the student's own steps given which this exercise is right, the first of them in the chain."""
    cases = telling(exercise, wrong.judged)
    if changing(cases):
        return ()
    few = _some_of(followed.steps_of(exercise, own.steps))
    return next((names for names in few if followed.follows(exercise, cases, own.only(names))), ())


def _first(given: Mapping[str, tuple[str, ...]], reference: Reference) -> dict[str, tuple[str, ...]]:
    """The same steps, each that follows from earlier ones in its turn as those."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(given, key=list(reference.own).index):
        roots = {root for step in given[name] for root in found.get(step) or (step,)}
        found[name] = tuple(step for step in reference.own if step in roots)
    return found


def _some_of(steps: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """One of them, two of them, all of them."""
    yield from combinations(steps, 1)
    yield from combinations(steps, 2)
    if len(steps) > 2:
        yield tuple(steps)


def _finding(
    course: Course, exercise: Prepared, wrong: Wrong, right: ExerciseFinding, example: Example | None
) -> ExerciseFinding:
    finding = right._replace(
        verdict=WRONG,
        equal=None,
        notes=(*right.notes, BEYOND_ROUNDING) if wrong.near and not wrong.odd else right.notes,
        points=_points(course, exercise, wrong, right.of),
        reason=wrong.answer.reason or reason(wrong.judged),
        outputs=tuple(exercise.outputs[at] for at in wrong.judged.wrong),
        line=wrong.answer.line,
        detail=wrong.answer.detail,
    )
    return with_example(_with_mistakes(finding, course, exercise, wrong), exercise, wrong.judged, example)


def _points(course: Course, exercise: Prepared, wrong: Wrong, of: float) -> float:
    """The share of the outputs that are right, of a gradient or where the course weighs them. The credit of a mistake
    is the exercise's, or that of the one output that it spoils where several spoil one each."""
    weights = course.weights.get(exercise.name) or (
        dict.fromkeys(exercise.outputs, 1.0) if exercise.function.loss else {}
    )
    total = sum(weights.values())
    right = sum(weights.get(name, 0.0) for at, name in enumerate(exercise.outputs) if at not in wrong.judged.wrong)
    share = right / total if total else 0.0
    if wrong.explained is None:
        return of * share
    left = [course.credit.get(name, course.credit.get(name.partition("(")[0], 0.0)) for name in wrong.explained.names]
    if wrong.explained.apart and total:
        of_each = zip(wrong.explained.apart, left, strict=False)
        share += sum(weights.get(exercise.outputs[at], 0.0) * each for at, each in of_each) / total
    elif len(left) == 1 and not wrong.explained.apart:
        share = max(share, left[0])
    return of * share


def _with_mistakes(finding: ExerciseFinding, course: Course, exercise: Prepared, wrong: Wrong) -> ExerciseFinding:
    explained = wrong.explained
    if finding.confirm:  # then it has no mistake of its own
        return finding
    if wrong.odd:
        return finding._replace(mistakes=wrong.odd[:1], parameter=wrong.odd[1])
    return finding if explained is None else told(finding, course, exercise, explained)
