"""Which mistake an answer made, and what is told of it: one of the bundled course's table, an edit of the formulas, or
one that no formula has.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from compare.exercises.equality import digits, is_rounded, stopped
from compare.exercises.findings import ExerciseFinding
from compare.exercises.judging import (
    ORDINARY,
    Case,
    Judged,
    Trial,
    matches,
    samples,
)
from compare.exercises.reference import tasks
from compare.exercises.reference.mistakes.computed import Results
from compare.exercises.reference.mistakes.edits import Edit
from compare.exercises.reference.mistakes.explained import Explained, Mistaken, explain
from compare.exercises.reference.prepared import Prepared
from compare.exercises.table import by_table
from compare.exercises.table.by_table import Tabled
from compare.sandbox.calls import Answer, Value

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.formulas.function import Reference

Explanation: TypeAlias = "Explained | Tabled | Both"
# Mistakes that no formula has.
CHANGES, STOPS, ROUNDS, KEEPS = "changes-its-inputs", "stops-early", "rounds-to-digits", "keeps-its-list"


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


def explained_by(exercise: Prepared, seen: Judged) -> Explanation | None:
    """What explains the wrong outputs, where it is wrong itself on what they are wrong on: its own allowance may be the
    wider one."""
    missed = {miss.output for of_case in seen.misses for miss in of_case}  # not those that only gave nothing
    wrong = [at for at in seen.wrong if at in missed]
    for found in _fitting(exercise, telling(exercise, seen), wrong) if wrong else ():
        if all(_is_wrong_too(found.known, seen, at) for at in found.apart or wrong):
            return found
    return None


def _is_wrong_too(known: Mistaken, seen: Judged, at: int) -> bool:
    """Is that output, where it is wrong first, wrong by the mistake, too? One without a value there tells nothing."""
    every = zip(seen.cases, seen.truths, seen.misses, strict=True)
    case, truth = next((case, truth) for case, truth, missed in every if any(miss.output == at for miss in missed))
    own = known.on(case.trial)
    return own is None or not matches(Value(own[at][0], array("d", own[at][1])), truth[at])


def _fitting(exercise: Prepared, cases: Sequence[Case], wrong: Sequence[int]) -> Iterator[Explanation]:
    """One mistake of the bundled course's table, where it is that, or one edit of the formulas; else several of the
    table, or of these; or one by the table and one by these, where each explains an output."""
    is_line = by_table.is_line(exercise.formulas)
    if is_line and (known := by_table.explain(exercise, cases, wrong, by_one=True)):
        yield known
    other = explain(exercise, cases, wrong)
    if other and (other.is_whole or not is_line):
        yield other
    known = by_table.explain(exercise, cases, wrong, by_one=False) if is_line else None
    if known and other and other.apart and not is_all(known, wrong):
        left = other.of_outputs([at for at in other.apart if at not in known.apart])
        yield from [Both(known, left)] if left else []
    if known:
        yield known
    elif other:
        yield other


def is_all(explained: Explanation, wrong: Sequence[int]) -> bool:
    """Does it explain all of these outputs?"""
    return not explained.apart or set(explained.apart) >= set(wrong)


def without_formula(exercise: Prepared, answer: Answer, near: bool) -> tuple[str, float | None] | None:
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


def telling(exercise: Prepared, seen: Judged) -> list[Case]:
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


def told(finding: ExerciseFinding, course: Course, exercise: Prepared, explained: Explanation) -> ExerciseFinding:
    """The finding with the mistakes' names, and what a renderer needs to tell them."""
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
