"""What is wrong with an answer, as far as that can be told, and the findings that say so.

The known mistakes are held against what it gave (`explanations.py`). Then it is asked once more: for the smallest
counterexamples (`second_run.py`), and for what is right given the student's own earlier steps (`inheritance.py`,
`mending.py`) or on copies of its arrays (`in_place.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from compare.exercises import in_place, inheritance
from compare.exercises.counterexample import counterexample, is_of_zeros, smallest
from compare.exercises.course import ANY, NONE
from compare.exercises.equality import BEYOND_ROUNDING, digits, stopped, without_room
from compare.exercises.findings import BOOKKEEPING, RIGHT, UNCHECKED, WRONG, ExerciseFinding
from compare.exercises.judging import Case, Judged, Truth, judged, reason, with_miss
from compare.exercises.mending import Mended
from compare.exercises.questions import all_trials, reached
from compare.exercises.second_run import Second, mends, second_run
from compare.exercises.table import hypotheses
from compare.exercises.table.by_table import is_right, places_of, shown, tried
from compare.exercises.table.comparison import explains
from compare.exercises.table.explanations import explain
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.mistakes import ALSO, CHANGES, STOPS, Mistake, Variant
from compare.exercises.tasks import TASKS
from compare.exercises.trials import trials
from compare.exercises.truths import is_near, truth, truths
from compare.sandbox.calls import MISSING, UNSET, Answer

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.judge import Run


class Evidence(NamedTuple):
    """All that is known of one exercise. `wrong` is None where it is right or unchecked."""

    answer: Answer
    of: float
    wrong: Judged | None
    explanation: Hypothesis | None
    small: Sequence[Case]
    steps: tuple[str, ...] | None  # the student's own steps that it is right with
    mended: Mended | None  # the student's own steps in which it stops, or that it is right without
    equal: str | None = None  # what equality with the truth shows


class Known(NamedTuple):
    """All that was found out, each by exercise."""

    wrong: Mapping[str, Judged]
    explained: Mapping[str, Hypothesis | None]
    second: Second
    steps: Mapping[str, tuple[str, ...]]
    mended: Mapping[str, Mended]


def diagnosed(
    source: bytes, answers: Sequence[Answer], left: Sequence[Answer], course: Course, again: Run
) -> dict[str, ExerciseFinding]:
    """The findings of those `left` of the `answers` that are not right; `again` asks `source` once more."""
    source, answers, changed = _on_copies(source, answers, course, again)
    known = _known(source, answers, course, changed, again)
    names = {answer.name for answer in left}
    found = (_evidence(answer, course, known) for answer in answers if answer.name in names)
    return {one.answer.name: verdict(one, course.follow_through) for one in found}


def _on_copies(
    source: bytes, answers: Sequence[Answer], course: Course, again: Run
) -> tuple[bytes, tuple[Answer, ...], set[str]]:
    """The answer with its functions working on copies where one changes its arrays; those that are wrong by that."""
    changing = in_place.changing(answers)
    wrong = _wrong(answers, course) if changing else {}
    if not wrong:
        return source, tuple(answers), set()
    asked = dict(zip(wrong, all_trials(tuple(wrong), course.seed), strict=True))
    by_that = {task: wrong[task] for task in changing if task in wrong}
    found = in_place.because_of_it(source, by_that, asked, truth, again)
    source = in_place.on_copies(source, changing)
    return source, in_place.again(source, answers, tuple(asked.values()), again), found


def _known(source: bytes, answers: Sequence[Answer], course: Course, changed: set[str], again: Run) -> Known:
    """What is found out of the first run's answers, and by asking once more."""
    seed, wrong = course.seed, _wrong(answers, course)
    explained = {
        answer.name: hypotheses.of((CHANGES,))
        if answer.name in changed
        else _odd(answer, seed)
        if _nearly_right(answer, course)
        else _explained(wrong[answer.name])
        for answer in answers
        if answer.name in wrong
    }
    wholly = _wholly(wrong, explained)
    second = second_run(source, wrong, wholly, inheritance.may_need(wrong, seed), answers, seed, again)
    steps = inheritance.inherited(wrong, wholly, second.probed, seed)
    failed = {answer.name: answer for answer in answers if answer.reason is not None or answer.name in wrong}
    left = [task for task in failed if task not in steps]

    def right(answer: Answer) -> bool:
        return answer.reason is None and is_right(answer.results, answer.name, seed, course.decimals)

    mended = mends(source, failed, left, seed, again, right)
    return Known(wrong, explained, second, steps, mended)


def _explained(wrong: Judged) -> Hypothesis | None:
    return explain(wrong.task, wrong.cases, wrong.wrong)


def _odd(answer: Answer, seed: int) -> Hypothesis | None:
    """What is wrong with an answer that is within every allowance, where that has a name."""
    places = places_of(answer.name, seed)
    if stopped(answer.results, places):
        return hypotheses.of((STOPS,))
    if (count := digits(answer.results, places)) is None:
        return None
    return hypotheses.of((Mistake("rounds-to-digits", Variant(loop={"digits": count}), BOOKKEEPING),))


def _wrong(answers: Sequence[Answer], course: Course) -> dict[str, Judged]:
    """The exercises that are there and not right; most of those that are right are quickly seen to be."""
    found: dict[str, Judged] = {}
    for answer in answers:
        task, seed = answer.name, course.seed
        if answer.reason in (MISSING, UNSET):
            continue
        if not _nearly_right(answer, course):
            found[task] = _judged(answer, course)
        elif not is_right(answer.results, task, seed, course.decimals):
            known = tried(task, seed, truths(task, seed))
            narrow = without_room(known, everywhere=_odd(answer, seed) is not None)
            found[task] = judged(task, trials(task, seed), narrow, answer.results)
    return found


def _nearly_right(answer: Answer, course: Course) -> bool:
    """Is nothing but its error beyond all rounding wrong with it? That is no mistake of the table."""
    return answer.reason != MISSING and is_near(answer.results, answer.name, course.seed, course.decimals)


def _wholly(wrong: Mapping[str, Judged], explained: Mapping[str, Hypothesis | None]) -> dict[str, Hypothesis]:
    """What the wrong exercises compute, where one program gives every output, those that are right as well."""
    return {
        task: one
        for task, one in explained.items()
        if one and explains(task, one.program, wrong[task].cases, range(len(TASKS[task].outputs)))
    }


def _judged(answer: Answer, course: Course) -> Judged:
    task, calls = answer.name, reached(answer)
    known = trials(task, course.seed)[:calls], truths(task, course.seed, course.decimals)[:calls]
    return judged(task, *known, answer.results[:calls])


def _evidence(answer: Answer, course: Course, known: Known) -> Evidence:
    task, why = answer.name, known.explained.get(answer.name)
    if task in known.wrong and _nearly_right(answer, course) and not (why or known.mended.get(task)):
        answer = answer._replace(notes=(*answer.notes, BEYOND_ROUNDING))
    small, steps = known.second.small.get(task, ()), known.steps.get(task)
    points = float(course.points[task])
    wrong, equal = known.wrong.get(task), shown(answer.results, task, course.seed)
    return Evidence(answer, points, wrong, why, small, steps, known.mended.get(task), equal)


def verdict(evidence: Evidence, follow_through: str) -> ExerciseFinding:
    """The finding, in a course that follows so much through."""
    answer, mended = evidence.answer, evidence.mended
    plain = ExerciseFinding(answer.name, RIGHT, evidence.of, evidence.of, tries=_tries(answer), notes=answer.notes)
    if evidence.steps and follow_through != NONE:
        return plain._replace(inherited=evidence.steps)
    if mended and mended.right and follow_through != NONE:
        plain = plain._replace(inherited=mended.steps, mended=True, confirm=True)
        if follow_through == ANY:
            return plain
    if mended and not _seen_wrong(evidence):
        plain = plain._replace(inherited=mended.steps, mended=True)
        return _unchecked(plain, answer, answer.reason)
    if answer.reason in (MISSING, UNSET):
        return _unchecked(plain, answer, answer.reason)
    return _finding_of(plain, evidence, evidence.wrong) if evidence.wrong else plain._replace(equal=evidence.equal)


def _seen_wrong(evidence: Evidence) -> bool:
    """Did it give a wrong value anywhere?"""
    return evidence.wrong is not None and any(evidence.wrong.misses)


def _unchecked(plain: ExerciseFinding, answer: Answer, reason: str | None) -> ExerciseFinding:
    return plain._replace(verdict=UNCHECKED, points=0.0, reason=reason, line=answer.line, detail=answer.detail)


def _tries(answer: Answer) -> int:
    return len(answer.results) - answer.results.layout.count(None)


def _finding_of(plain: ExerciseFinding, evidence: Evidence, wrong: Judged) -> ExerciseFinding:
    """Where it is right but for the student's own steps, no mistake in it is named."""
    outputs = TASKS[plain.name].outputs
    names = evidence.explanation.names if evidence.explanation and not plain.confirm else ()
    finding = plain._replace(
        verdict=WRONG,
        points=_points(plain, wrong),
        reason=evidence.answer.reason or reason(wrong),
        mistakes=names,
        also=tuple(ALSO.get(name, name) for name in names) if any(name in ALSO for name in names) else (),
        outputs=tuple(outputs[i] for i in wrong.wrong),
        line=evidence.answer.line,
        detail=evidence.answer.detail,
    )
    if evidence.explanation:
        finding = _with_places(finding, evidence.explanation)
    finding = _with_example(finding, evidence, wrong)
    return finding._replace(fault=_fault(finding, evidence)) if "losses" in outputs else finding


def _with_places(finding: ExerciseFinding, explanation: Hypothesis) -> ExerciseFinding:
    """Which of the names stand in the recorded loss, and which in one output alone."""
    outputs, own = TASKS[finding.name].outputs, finding.mistakes
    at = {mistake.name: outputs[i] for mistake, i in zip(explanation.mistakes, explanation.outputs, strict=False)}
    in_loss = tuple(name for name in explanation.in_loss if name in own)
    return finding._replace(
        in_loss=in_loss,
        apart=tuple(at[name] for name in own if name in at),
        parameter=explanation.parameter,
        start=explanation.start,
    )


def _points(plain: ExerciseFinding, wrong: Judged) -> float:
    """Half of them for the half that is right, where an exercise has parts."""
    task = TASKS[plain.name]
    right = [part for i, part in enumerate(task.outputs) if part in task.parts and i not in wrong.wrong]
    return plain.of * len(right) / len(task.parts) if task.parts else 0.0


def _with_example(finding: ExerciseFinding, evidence: Evidence, wrong: Judged) -> ExerciseFinding:
    names = evidence.explanation.names if evidence.explanation else ()
    found = smallest(wrong, evidence.small, names)
    if found is None:
        return _with_silent_example(finding, evidence, wrong)
    case, expected, misses = found
    shown = finding._replace(counterexample=counterexample(case, expected))
    if "losses" in TASKS[finding.name].outputs:
        shown = shown._replace(first_wrong_epoch=_first_wrong(case, expected))
    return with_miss(shown, TASKS[finding.name].outputs, misses[0])


def _with_silent_example(finding: ExerciseFinding, evidence: Evidence, wrong: Judged) -> ExerciseFinding:
    """The smallest input on which the answer gave nothing at all, else the first."""
    silent = [case for case in evidence.small if case.given is None]
    small = next((case for case in silent if not is_of_zeros(case.trial)), silent[0] if silent else None)
    first = next((case for case in wrong.cases if case.given is None), None)
    at = evidence.answer.at
    case = small or (wrong.cases[at] if at is not None else first)
    return finding._replace(counterexample=counterexample(case, truth(finding.name, case.trial))) if case else finding


def _first_wrong(case: Case, expected: Truth) -> int | None:
    """The first loss that is outside its allowance, or that one list has and the other lacks."""
    if case.given is None or len(case.given[0].shape) != 1:
        return None
    values, (losses,) = case.given[0].values, expected
    for epoch, (got, loss, room) in enumerate(zip(values, losses.values, losses.allowed, strict=False)):
        if not abs(got - loss) <= room:
            return epoch
    return None if len(values) == len(losses.values) else min(len(values), len(losses.values))


def _fault(finding: ExerciseFinding, evidence: Evidence) -> str | None:
    """That of the mistakes that explain it, where they have one in common: without any, nothing is shown of it."""
    own = evidence.explanation.faults(finding.mistakes) if evidence.explanation else set()
    return own.pop() or None if len(own) == 1 else None
