"""What is wrong with an exercise, as a reference tells: in which outputs, and by which mistake.

What is right given the student's own earlier steps is not wrong. All of it is found at once, as exercises follow from
each other and further questions cost time.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from compare.exercises import in_place
from compare.exercises.course import ANY, NONE
from compare.exercises.equality import BEYOND_ROUNDING, digits, is_rounded, stopped, without_room
from compare.exercises.findings import RIGHT, UNCHECKED, WRONG, ExerciseFinding
from compare.exercises.judging import (
    ORDINARY,
    Case,
    Judged,
    Trial,
    Truth,
    changing,
    matches,
    misses,
    reason,
    samples,
)
from compare.exercises.reference import followed, tasks
from compare.exercises.reference.example import Asked, Example, examples, with_example
from compare.exercises.reference.mending import Mended, mends, with_right
from compare.exercises.reference.mistakes.computed import Results
from compare.exercises.reference.mistakes.edits import Edit
from compare.exercises.reference.mistakes.explained import Explained, Mistaken, commoner, explain
from compare.exercises.reference.prepared import Prepared, parsed, reached
from compare.exercises.table import by_table
from compare.exercises.table.by_table import Tabled
from compare.exercises.trials.inputs import tried
from compare.sandbox.calls import ERROR, MISSING, UNSET, WRONG_FORM, Answer, SourceFailure, Value

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.formulas.function import Reference
    from compare.exercises.judge import Run

Explanation: TypeAlias = "Explained | Tabled | Both"
# Mistakes that no formula has.
CHANGES, STOPS, ROUNDS, KEEPS = "changes-its-inputs", "stops-early", "rounds-to-digits", "keeps-its-list"
OTHER_LOSS = "other-loss:"  # the note that the loss which a gradient belongs to passes nothing on


class Both(NamedTuple):
    """A mistake of the table in one output, and an edit of the formulas in another."""

    table: Tabled
    edited: Explained

    @property
    def names(self) -> tuple[str, ...]:
        return self.table.names + self.edited.names

    @property
    def apart(self) -> tuple[int, ...]:
        return self.table.apart + self.edited.apart

    @property
    def is_whole(self) -> bool:
        return False

    @property
    def known(self) -> Mistaken:
        one, other = self.table.known, self.edited.known

        def on(trial: Trial) -> Results | None:
            by_table, by_edit = one.on(trial), other.on(trial)
            if by_table is None or by_edit is None:
                return None
            return [by_table[at] if at in self.table.apart else by_edit[at] for at in range(len(by_edit))]

        return Mistaken(one.names | other.names, on)


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
    odd = (CHANGES, None) if changed else _odd(exercise, answer, near)
    seen = _compared(exercise, answer, bool(odd))
    explained = None if near or odd else _explained(exercise, seen)
    return Wrong(answer, seen, explained, near, odd)


def _explained(exercise: Prepared, seen: Judged) -> Explanation | None:
    """What explains the wrong outputs, where it is wrong itself on what they are wrong on: its own allowance may be the
    wider one."""
    found = _fitting(exercise, _telling(exercise, seen), seen.wrong)
    if found is None:
        return None
    outputs = found.apart or seen.wrong
    return found if all(_is_wrong_too(found.known, seen, at) for at in outputs) else None


def _is_wrong_too(known: Mistaken, seen: Judged, at: int) -> bool:
    """Where that output is wrong, is it by the mistake, too? Of what gave nothing there, and of one that has no value,
    nothing can be said."""
    for case, truth, missed in zip(seen.cases, seen.truths, seen.misses, strict=True):
        if any(miss.output == at for miss in missed):
            own = known.on(case.trial)
            return own is None or not matches(Value(own[at][0], array("d", own[at][1])), truth[at])
    return True


def _fitting(exercise: Prepared, cases: Sequence[Case], wrong: Sequence[int]) -> Explanation | None:
    """One mistake of the bundled course's table, where it is that, or one edit of the formulas; else several of the
    table, or of these; or one by the table and one by these, where each explains an output."""
    is_line = by_table.is_line(exercise.formulas)
    if is_line and (known := by_table.explain(exercise, cases, wrong, by_one=True)):
        return known
    other = explain(exercise, cases, wrong)
    if not is_line or (other and other.is_whole):
        return other
    known = by_table.explain(exercise, cases, wrong, by_one=False)
    if not known or _is_all(known, wrong):
        return known or other
    left = other and other.of_outputs([at for at in other.apart if at not in known.apart])
    return Both(known, left) if left else known


def _is_all(explained: Explanation, wrong: Sequence[int]) -> bool:
    """Does it explain all of these outputs?"""
    return not explained.apart or set(explained.apart) >= set(wrong)


def _asked(exercise: Prepared, wrong: Wrong) -> Asked:
    """What an example is looked for with."""
    explained = wrong.explained
    known = explained.known if explained and _is_all(explained, wrong.judged.wrong) else None
    others: list[Mistaken] = []
    if by_table.is_line(exercise.formulas):
        others += by_table.commoner(exercise, explained if isinstance(explained, Tabled) else None)
    if not isinstance(explained, Tabled):
        others += commoner(exercise, explained if isinstance(explained, Explained) else None)
    data = frozenset(each.name for each in exercise.function.parameters if each.kind == "real")
    return Asked(wrong.judged, known, others, data)


def _odd(exercise: Prepared, answer: Answer, near: bool) -> tuple[str, float | None] | None:
    """The name of what is wrong with an answer that is right but for that, with the number that belongs to it: within
    every allowance, or rounded to so few digits that it is not."""
    if near and stopped(answer.results, exercise.places):
        return STOPS, None
    if answer.reason is not None:
        return None
    if _keeps_its_list(exercise, answer):
        return KEEPS, None
    if answer.results.layout != exercise.bounds.layout:
        return None
    count = digits(answer.results, exercise.places)
    if count is None or not (near or is_rounded(answer.results, exercise.places, count)):
        return None
    return ROUNDS, float(count)


def _keeps_its_list(exercise: Prepared, answer: Answer) -> bool:
    """Does a list end with what is right, and hold what the call before gave in front of that?"""
    before: Sequence[float] = ()
    for one, given in zip(exercise.trials, answer.results, strict=True):
        if given is None or len(given) != 1 or not one.truth[0].is_list:
            return False
        (own,), (truth,) = given, one.truth
        kept = len(own.values) - len(truth.values)
        last = Value(truth.shape, own.values[max(kept, 0) :])
        if kept != len(before) or list(own.values[:kept]) != list(before) or not matches(last, truth):
            return False
        before = own.values
    return True


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
    cases = _telling(exercise, wrong.judged)
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


def _telling(exercise: Prepared, seen: Judged) -> list[Case]:
    """The cases without those that differ from others in nothing but their numbers: one exact one for each size, right
    or wrong, is enough where equality is not what counts."""
    found, sizes = list[Case](), set[tuple[int, bool]]()
    for case, one, missed in zip(seen.cases, exercise.trials, seen.misses, strict=False):
        kind = samples(case.trial), bool(missed)
        if one.kind == ORDINARY or kind not in sizes:
            found.append(case)
        if one.kind != ORDINARY:
            sizes.add(kind)
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
    if explained is None:
        return finding
    if isinstance(explained, Tabled):
        return explained.told(finding)
    if isinstance(explained, Both):
        finding = explained.table.told(finding)
        other = _with_edits(finding, course, exercise, explained.edited)
        return other._replace(mistakes=finding.mistakes + other.mistakes, apart=finding.apart + other.apart)
    return _with_edits(finding, course, exercise, explained)


def _with_edits(finding: ExerciseFinding, course: Course, exercise: Prepared, explained: Explained) -> ExerciseFinding:
    names = explained.names
    apart = tuple(exercise.outputs[at] for at in explained.apart) if len(names) == len(explained.apart) else ()
    known = (*explained.edits, *explained.also)
    told = {edit.name: words(course, exercise.reference, exercise.name, edit) for edit in known}
    return finding._replace(mistakes=names, also=tuple(edit.name for edit in explained.also), apart=apart, words=told)


def words(course: Course, reference: Reference, name: str, edit: Edit) -> dict[str, Any]:
    """What a renderer needs to tell a mistake of that function: an edit's kind and piece, or the author's words by
    language."""
    if edit.runs == name:
        symbols = tasks.symbols(course, reference, edit.piece)
        return {"kind": edit.kind, "piece": edit.piece, "symbols": symbols, "own": course.language}
    author = reference.functions[edit.runs].mistake
    assert author
    texts = {language: dict(of.get(edit.runs, {})) for language, of in course.texts.items()}
    own = {"see": author.see, "attempt": author.attempt}
    return {"texts": {**texts, course.language: own | texts.get(course.language, {})}, "own": course.language}
