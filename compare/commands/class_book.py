"""What `grade` makes of a class: the gradebook from the ledger, and the table that the class's own system exported."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from compare.exercises.course import BEST
from compare.exercises.digits import added
from compare.grading import Fault, naming, roster
from compare.grading.entries import HISTORIES
from compare.grading.naming import MOODLE_ORIGIN, Team
from compare.grading.roster import Matched, Roster
from compare.grading.session import Session
from compare.grading.submissions import NOT_BEST, Found
from compare.grading.terms import HISTORY, Terms
from compare.reports.gradebook import Gradebook, Row, lateness, number, row
from compare.reports.gradebook_files import class_files
from compare.reports.gradebook_tables import comment, safe
from compare.reports.language import Messages


class Upload(NamedTuple):
    """The class's own table, whose row is whose in it, and what its assignment is worth."""

    roster: Roster
    matched: Matched
    full: float

    def names(self) -> dict[str, str]:
        """What the table calls whose submission, by its id."""
        return {one.id: self.roster.name(line) for line, of in self.matched.rows.items() for one in of}


def teams(arguments: Namespace) -> Mapping[str, Team]:
    """Who is in which team, where `--groups` says so. Raises `Fault`."""
    return naming.teams(arguments.groups) if arguments.groups else {}


def upload(arguments: Namespace, found: Found, terms: Terms, say: Messages) -> Upload | None:
    """The table that `--roster` gives. Raises `Fault` where it cannot be used, or has a row for nobody who handed in.

    The assignment is worth what a history is only where nobody handed in anything else.
    """
    if not arguments.roster:
        return None
    only_histories = all(one.suffix in HISTORIES for one in found.submissions)
    full = terms.course.history_points if only_histories else added(terms.course.points.values())
    table = roster.read(arguments.roster, _title(arguments, terms, say))
    matched = roster.match(table, found.submissions, full)
    alone = [one for one in found.submissions if not one.who.group]  # a team may be in no row: --groups tells whose
    if alone and len(matched.strangers) == len(found.submissions):
        some = "; ".join(one.submission for one in alone[:3])
        raise Fault("roster-other", arguments.roster, answers=some)
    return Upload(table, matched, full)


def _title(arguments: Namespace, terms: Terms, say: Messages) -> str:
    return terms.course.title or (arguments.course.stem if arguments.course else say("title"))


def made(arguments: Namespace, session: Session, say: Messages, missing: Sequence[str]) -> Gradebook:
    """The gradebook of all that is in the ledger; `missing` are the layers of isolation that did not hold."""
    course = session.terms.course

    def attempts() -> Iterator[Row]:
        for who, graded in session.rows():
            full = session.terms.full(who.suffix)
            appeals = lateness(who.who.late, course, full, say)
            appeals |= {each.exercise: (each.points, each.reason, each.added) for each in session.appeals(who)}
            finding, starts, seconds = graded or (None, (), 0.0)
            yield row(who.submission, who.id, who.who, finding, who.flaw, full, appeals, starts, seconds, who.digest)

    passed = _passed(attempts()) if course.rules.attempts == BEST else {}

    def rows() -> Iterator[Row]:
        return (one for one in attempts() if one.id not in passed)

    columns = [*course.points, *[HISTORY] * session.has_histories]
    refused = [(entry.path, entry.flaw or "") for entry in session.found.refused]
    refused += [(path, NOT_BEST) for path in passed.values()]
    return Gradebook(
        _title(arguments, session.terms, say), session.terms.language, course, columns, missing, False, refused, rows,
        {*session.found.origins, *arguments.exports}, (), str(session.terms.chance),
    )  # fmt: skip


def _passed(attempts: Iterable[Row]) -> dict[str, str]:
    """The attempts, each with its path, whose student has as many points with another one, or more."""
    best: dict[tuple[str, str], Row] = {}
    passed = {}
    for one in attempts:
        who = (one.who.origin, one.who.student_id or one.id)
        other = best.setdefault(who, one)
        if other is not one:
            worse, best[who] = (other, one) if one.total >= other.total else (one, other)
            passed[worse.id] = worse.submission
    return passed


def files(book: Gradebook, upload: Upload | None) -> dict[str, Iterable[str]]:
    """The files that concern the whole class, by name: the class's own table in the place of one that we make."""
    made_of = dict(class_files(book))
    if upload:
        told = (one for one in book.rows() if one.is_final and one.full == upload.full)
        points = {one.id: (number(one.total), safe(comment(book, one))) for one in told}
        made_of[upload.roster.file] = roster.filled(upload.roster, upload.matched, points, book.course.rules.missing)
    return made_of


def left_out(book: Gradebook, upload: Upload | None, found: Found, say: Messages) -> Iterator[str]:
    """Whom the files to upload leave out, or the system they are for will, each kind in one line."""
    most = upload.roster.maximum if upload else None
    for_moodle = MOODLE_ORIGIN in book.exports or (upload is not None and upload.roster.kind == MOODLE_ORIGIN)
    kinds: dict[str, list[str]] = {"history": [], "no-participant": [], "above": []}
    for one in book.rows():
        if upload and one.full != upload.full:
            kinds["history"].append(one.submission)
        if not upload and MOODLE_ORIGIN in found.origins and one.who.student_id and one.who.origin != MOODLE_ORIGIN:
            kinds["no-participant"].append(one.submission)
        if for_moodle and one.total > (most or one.full):
            kinds["above"].append(one.submission)
    for kind, answers in kinds.items():
        if answers:
            full = f"{upload.full:g}" if upload else ""
            yield say(f"terminal.{kind}", answers="; ".join(dict.fromkeys(answers)), full=full)
