"""The class at a glance, for the instructor: how the points lie, and which mistakes the class makes, how often."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from statistics import fmean, median
from typing import NamedTuple

from compare.exercises.findings import ANOTHER, RIGHT, UNCHECKED, VALUE, WRONG, ExerciseFinding
from compare.reports.answer.differences import what_key
from compare.reports.gradebook import LATE, Adjustment, Gradebook, Row, hours, notices, number, refusal, to_confirm
from compare.reports.language import Messages
from compare.reports.templating import TEMPLATES, environment
from compare.sandbox.calls import ERROR, MISSING

BARS = 10  # bars of ten percent each; full marks count to the last


class Task(NamedTuple):
    """One exercise over the class: how many have each verdict, and the mean of the points."""

    name: str
    verdicts: Mapping[str, int]
    mean: float
    of: float


class Summary:
    """What the page says of the class, by one pass over the rows: it keeps one percentage a submission, and otherwise
    only counts. The points are those of whose answer was graded."""

    def __init__(self, book: Gradebook) -> None:
        self._book, self._say, self._grade = book, Messages("check", book.language), Messages("grade", book.language)
        self.percents: list[float] = []
        self._statuses: Counter[str] = Counter()
        self._verdicts: Counter[tuple[str, str]] = Counter()
        self._points: dict[str, float] = dict.fromkeys(book.columns, 0.0)
        self._mistakes: Counter[tuple[str, str]] = Counter()
        self._causes: Counter[tuple[str, str]] = Counter()
        self.confirm: list[tuple[str, str, str, float, float]] = []  # submission, exercise, its steps, points now, full
        self.adjustments: list[tuple[str, str, Adjustment]] = []  # submission, exercise
        self.lateness: list[tuple[str, Adjustment]] = []  # submission
        self.flaws = list(book.refused)
        for row in book.rows():
            self._add(row)
        self.submissions = self._statuses.total()
        self.refused = self.submissions - len(self.percents)
        self.mean, self.median = fmean(self.percents or [0.0]), median(self.percents or [0.0])
        self.statuses = sorted(self._statuses.items())
        self.tasks = [self._task(name) for name in book.columns]
        self.mistakes, self.causes = self._ranked(self._mistakes), self._ranked(self._causes)

    def _add(self, row: Row) -> None:
        self._statuses[row.status] += 1
        if row.flaw:
            self.flaws.append((row.submission, row.flaw))
        else:
            self.percents.append(row.percent)
            self._verdicts.update(_verdicts(row).items())
            for name, points in row.points.items():
                self._points[name] += points
        self._mistakes.update(_mistakes(row))
        self._causes.update(_causes(row, self._say, self._grade))
        for one in to_confirm(row):
            self.confirm.append((row.submission, one.name, ", ".join(one.inherited), one.points, one.of))
        for name, was in row.adjustments.items():
            if name == LATE:
                self.lateness.append((row.submission, was))
            else:
                self.adjustments.append((row.submission, name, was))

    @property
    def bars(self) -> list[int]:
        """How many submissions lie in each tenth of the percents."""
        count = Counter(min(int(percent * BARS / 100), BARS - 1) for percent in self.percents)
        return [count[bar] for bar in range(BARS)]

    def _task(self, name: str) -> Task:
        counts = {verdict: self._verdicts[name, verdict] for verdict in (RIGHT, WRONG, UNCHECKED)}
        of = self._book.course.points.get(name, self._book.course.history_points)
        return Task(name, counts, self._points[name] / (sum(counts.values()) or 1), of)

    def _ranked(self, counted: Counter[tuple[str, str]]) -> list[tuple[str, str, int]]:
        """Exercise or none, what, and of how many submissions: the most frequent first, then in the course's order; the
        answer as a whole before its exercises."""
        order = ["", *self._book.columns].index
        ranked = sorted(counted.items(), key=lambda item: (-item[1], order(item[0][0]), item[0][1]))
        return [(exercise, name, count) for (exercise, name), count in ranked]


def page(book: Gradebook) -> Iterator[str]:
    """`index.html`. Whatever a student wrote is escaped, and the page may load nothing and run only what sorts it."""
    templates = environment()
    templates.filters |= {"number": number, "hours": hours}
    script = (TEMPLATES / "class.js").read_text(encoding="utf-8")
    say, check, summary = Messages("grade", book.language), Messages("check", book.language), Summary(book)
    return templates.get_template("class.html.j2").generate(
        book=book,
        summary=summary,
        say=say,
        status=partial(_status, say, check),
        is_another=_is_another,
        unchecked=lambda row, name: _verdicts(row)[name] == UNCHECKED,
        notices=notices(book),
        refusal=lambda flaw: refusal(say, flaw, book.course.rules),
        common=_common(summary, check),
        style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        script=script,
        may_run=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _status(say: Messages, check: Messages, status: str) -> str:
    """What is so of a submission, in the reader's words."""
    return say(f"status.{status}") if f"status.{status}" in say else _reason(check, status, "")


def _common(summary: Summary, check: Messages) -> list[tuple[str, str, str, int]]:
    """Mistakes by name and what keeps answers from being checked, the most frequent first: name, words, exercise, how
    many submissions."""
    named = [(name, _meaning(check, name), exercise, count) for exercise, name, count in summary.mistakes]
    causes = [("", said, exercise, count) for exercise, said, count in summary.causes]
    return sorted([*named, *causes], key=lambda one: -one[3])


def _meaning(check: Messages, mistake: str) -> str:
    """What a mistake is, in a few words, as the students' findings call it."""
    key = f"mistake.{mistake}.name"
    return check(key) if key in check else ""


def _verdicts(row: Row) -> dict[str, str]:
    """An answer that could not be run has every exercise unchecked."""
    if row.finding is None or row.finding.failure:
        return dict.fromkeys(row.points, UNCHECKED)
    return {exercise.name: exercise.verdict for exercise in row.finding.exercises}


def _mistakes(row: Row) -> set[tuple[str, str]]:
    exercises = row.finding.exercises if row.finding else ()
    return {(exercise.name, mistake) for exercise in exercises for mistake in exercise.mistakes}


def _causes(row: Row, say: Messages, grade: Messages) -> set[tuple[str, str]]:
    """Why exercises, or the answer as a whole, could not be checked or gave no number, in the reader's words."""
    if row.finding is None:
        return set()
    if row.finding.failure:
        return {("", _reason(say, row.finding.failure.reason, row.finding.failure.detail))}
    if _is_another(row):
        return {("", grade("page.another"))}
    unclear = (one for one in row.finding.exercises if one.reason not in (None, VALUE))
    return {(one.name, _cause(one, say)) for one in unclear if not one.mistakes and not one.inherited}


def _is_another(row: Row) -> bool:
    """Does it look like the answer to another assignment?"""
    return row.finding is not None and any(note.startswith(ANOTHER) for note in row.finding.notes)


def _cause(exercise: ExerciseFinding, say: Messages) -> str:
    meant = [note.split(":")[1] for note in exercise.notes if note.startswith("perhaps:")]
    if exercise.reason == MISSING:
        return say("cause.misspelt", name=meant[0]) if meant else say("found.missing")
    return _reason(say, exercise.reason or "", exercise.detail)


def _reason(say: Messages, reason: str, detail: str) -> str:
    """Without the place and the student's own words, of which each answer has others: of an error its name."""
    key = what_key(reason, "" if reason != ERROR else detail)
    return say(key, detail=detail.partition(":")[0], place="", given="…", expected="…", came="…", asked="…")
