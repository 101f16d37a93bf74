"""A graded class: the records that every renderer of the gradebook reads and none changes.

row       one submission with its points, after adjustments
status    `graded`, `adjusted`, `refused`, or the reason why the answer as a whole could not be run
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from math import isinf
from typing import NamedTuple

from compare.exercises.course import Course, Rules
from compare.exercises.digits import added
from compare.exercises.findings import CHANGES, COUNT, NOT_FINITE, RIGHT, SHAPE, VALUE, ExerciseFinding, Finding
from compare.grading.naming import Identity
from compare.reports.language import Messages

REASONS = dict.fromkeys((VALUE, NOT_FINITE, CHANGES), "wrong-value") | dict.fromkeys((SHAPE, COUNT), "wrong-form")

UNRENDERED = "unrendered"  # the flaw of a report, not of the submission
UNJUDGED = ("grader-failed", "machine-busy", "judging-timed-out", "judging-out-of-memory", "judging-died")
GRADED, ADJUSTED, REFUSED = "graded", "adjusted", "refused"


WHOLE, LATE = "*", "late"  # adjustments of no exercise, but of the answer as a whole: by hand, and for its lateness
EXPORTS = ("canvas", "moodle", "gradescope", "csv", "junit")


class Adjustment(NamedTuple):
    """An appeal that was granted: the points before it and after it, and why."""

    before: float
    after: float
    reason: str
    cut: bool = False  # an exercise is worth no less than nothing


class Row(NamedTuple):
    """One submission. `flaw` says why it was refused; then, and where the answer could not be run, all points are 0.

    `adjustments` are by exercise and already in `points`; `finding` is as it was made. `starts` are the first lines of
    a notebook's cells, `seconds` what the grading took: the one thing that differs from run to run. `digest` is the
    SHA-256 of what was graded, in short.
    """

    submission: str
    id: str
    who: Identity
    status: str
    points: Mapping[str, float]
    of: Mapping[str, float]
    finding: Finding | None
    flaw: str | None
    adjustments: Mapping[str, Adjustment]
    starts: tuple[int, ...]
    seconds: float
    digest: str = ""

    @property
    def total(self) -> float:
        """All points. No penalty makes them less than none."""
        return max(0.0, added([*self.points.values(), *(one.after for _, one in self.whole)]))

    @property
    def whole(self) -> list[tuple[str, Adjustment]]:
        """What is adjusted of the answer as a whole."""
        return [(name, self.adjustments[name]) for name in (WHOLE, LATE) if name in self.adjustments]

    @property
    def is_final(self) -> bool:
        """Was it judged, or refused for what it is? What only the grader could not do has no points to be told."""
        return self.flaw not in UNJUDGED

    @property
    def full(self) -> float:
        return added(self.of.values())

    @property
    def percent(self) -> float:
        return 100 * self.total / self.full if self.full else 0.0


def followed(row: Row) -> Iterator[ExerciseFinding]:
    """The exercises that have their points because they are right given the student's own wrong steps."""
    return (exercise for exercise in _own(row) if exercise.verdict == RIGHT and exercise.inherited)


def to_confirm(row: Row) -> Iterator[ExerciseFinding]:
    """The exercises that are right with right steps in the places of the student's, until one is adjusted by hand."""
    return (exercise for exercise in _own(row) if exercise.confirm)


def _own(row: Row) -> Iterator[ExerciseFinding]:
    """What was found and not adjusted since."""
    found = row.finding.exercises if row.finding else ()
    return (exercise for exercise in found if exercise.name not in row.adjustments)


def row(
    submission: str, identity: str, who: Identity, finding: Finding | None, flaw: str | None,
    of: Mapping[str, float], appeals: Mapping[str, tuple[float, str, bool]], starts: tuple[int, ...], seconds: float,
    digest: str = "",
) -> Row:  # fmt: skip
    """The row of a submission. `appeals` give exercises or the `WHOLE` points, why, and whether beside the judge's."""
    made = dict.fromkeys(of, 0.0)
    if finding and not flaw:
        made |= {exercise.name: float(exercise.points) for exercise in finding.exercises}
    adjustments = {name: _adjusted(made.get(name, 0.0), *appeal, name in made) for name, appeal in appeals.items()}
    points = {name: adjustments[name].after if name in adjustments else was for name, was in made.items()}
    status = ADJUSTED if set(appeals) - {LATE} else _status(finding, flaw)
    shown = None if flaw else finding
    return Row(
        submission, identity, who, status, points, of, shown, flaw, adjustments, starts, seconds, digest
    )  # fmt: skip


def lateness(
    hours: float, course: Course, of: Mapping[str, float], say: Messages
) -> dict[str, tuple[float, str, bool]]:
    """What the course takes for it, as an appeal of the answer as a whole; none where that is nothing."""
    cost = course.rules.late.costs(hours, added(of.values())) if course.rules.late else 0.0
    said = say("late") if isinf(hours) else say("hours-late", hours=number(hours))
    return {LATE: (-cost, said, True)} if cost else {}


def _adjusted(before: float, points: float, reason: str, beside: bool, of_exercise: bool) -> Adjustment:
    after = added((before, points)) if beside else points
    return Adjustment(before, 0.0, reason, True) if of_exercise and after < 0 else Adjustment(before, after, reason)


def _status(finding: Finding | None, flaw: str | None) -> str:
    if flaw or finding is None:
        return REFUSED
    return finding.failure.reason if finding.failure else GRADED


class Gradebook(NamedTuple):
    """A graded class. `rows()` starts anew at each call, so that no renderer holds the class in memory.

    By `chance` the inputs were drawn, which nobody who hands in is told.
    `columns` are the exercises in the course's order. `missing` names the layers of isolation that did not hold, and
    `container` says that the grader's own container stood in for them. `refused` are files beside a good answer, each
    with its flaw. `exports` are the systems that it is written for, `remarks` what the instructor alone is to know.
    """

    title: str
    language: str
    course: Course
    columns: Sequence[str]
    missing: Sequence[str]
    container: bool
    refused: Sequence[tuple[str, str]]
    rows: Callable[[], Iterator[Row]]
    exports: Collection[str] = EXPORTS
    remarks: Sequence[str] = ()
    chance: str = ""  # digits, of which there are more than JavaScript's numbers hold


@lru_cache(maxsize=256)  # a class has few different points
def number(value: float) -> str:
    """Points as a person writes them: at most two decimals, and none that are zero."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def refusal(say: Messages, flaw: str, rules: Rules) -> str:
    """Why a file is not taken; where the course is lenient already, without the hint to be that."""
    return say(f"lenient.{flaw}" if rules.lenient and f"lenient.{flaw}" in say else f"flaw.{flaw}")


def whole(row: Row, say: Messages) -> list[str]:
    """What was adjusted of the answer as a whole, each in a sentence."""
    told = []
    for name, one in row.whole:
        points = f"{'+' * (one.after > 0)}{number(one.after)}"
        told.append(say("adjusted-late" if name == LATE else "adjusted-whole", points=points, reason=one.reason))
    return told


def notices(book: Gradebook) -> list[str]:
    """What every report has to say of how it was made: where isolation was missing, and what stood in for it."""
    if not book.missing:
        return []
    key = "container" if book.container else "unsafe"
    return [Messages("grade", book.language)(key, missing=", ".join(book.missing))]


def reason(exercise: ExerciseFinding) -> str | None:
    """Why an exercise is not right, in the few words of the gradebook."""
    return REASONS.get(exercise.reason or "", exercise.reason)


def hours(late: float) -> str:
    """Nothing where it is not late; where nobody says by how much, that it is."""
    return "late" if isinf(late) else number(late) if late else ""
