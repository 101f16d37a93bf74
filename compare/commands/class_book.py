"""What `grade` makes of a class: who is who, the gradebook from the ledger, and the table that the class's own system
exported."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from compare.exercises.course import BEST
from compare.exercises.digits import added
from compare.grading import Fault, adjustments, people, roster, submissions
from compare.grading.adjustments import LATE, Appeals, Subject
from compare.grading.entries import HISTORIES
from compare.grading.naming import CANVAS_ORIGIN, MOODLE_ORIGIN, PLAIN, Identity, as_id
from compare.grading.roster import Matched, Roster
from compare.grading.session import Session
from compare.grading.submissions import NOT_BEST, Found, Submission
from compare.grading.terms import HISTORY, Terms
from compare.reports.gradebook import Gradebook, Row, lateness, number, row
from compare.reports.gradebook.files import class_files, comment, has_row, safe
from compare.reports.language import Messages

ADJUSTMENTS = "adjustments.csv"


class Upload(NamedTuple):
    """The class's own table, whose row is whose in it, and what its assignment is worth."""

    roster: Roster
    matched: Matched
    full: float

    def names(self) -> dict[str, str]:
        """What the table calls whose submission, by its id."""
        return {one.id: self.roster.name(line) for line, of in self.matched.rows.items() for one in of}


class Class(NamedTuple):
    """Who handed in what, the table that `--roster` gives, and what was adjusted by hand."""

    found: Found
    upload: Upload | None
    appeals: Appeals

    @property
    def warnings(self) -> list[Fault]:
        return [*self.appeals.warnings, *self.found.warnings, *(self.upload.matched.warnings if self.upload else ())]


def gathered(arguments: Namespace, terms: Terms, say: Messages) -> Class:
    """The class, with the names and the lateness that its own table tells. Who is in that and handed in nothing is
    among the submissions where there is an adjustment by name.

    Raises `Fault` where the answers, the tables or the adjustments cannot be used.
    """
    table = roster.read(arguments.roster, _title(arguments, terms, say)) if arguments.roster else None
    teams = people.teams(arguments.groups) if arguments.groups else {}
    ids = [one for line in table.students for one in table.ids(line)] if table else []
    known = {as_id(one) for kind, one in ids if kind == PLAIN}
    found = submissions.find(arguments.submissions, terms.course.rules, teams, known)
    upload = _upload(table, found, terms) if table else None
    if upload:
        found = found._replace(
            submissions=_as_in(upload, found), tells_lateness=found.tells_lateness or upload.roster.status is not None
        )
    unclear = submissions.unclear_lateness(found, terms.course.rules, arguments.submissions)
    found = found._replace(warnings=[*found.warnings, *unclear])
    missing = _missing(upload, found) if upload else {}
    appeals = adjustments.read(arguments.out / ADJUSTMENTS, list(_subjects(found, upload, missing, terms)))
    here = {line: one for line, one in missing.items() if one.id in appeals.by_name}
    if upload:
        rows = {**upload.matched.rows, **{line: [one] for line, one in here.items()}}
        absent = [line for line in upload.matched.absent if line not in here]
        upload = upload._replace(matched=upload.matched._replace(rows=rows, absent=absent))
    return Class(found._replace(submissions=[*found.submissions, *here.values()]), upload, appeals)


def _upload(table: Roster, found: Found, terms: Terms) -> Upload:
    """Raises `Fault` where it has a row for nobody who handed in.

    The assignment is worth what a history is only where nobody handed in anything else.
    """
    only_histories = all(one.suffix in HISTORIES for one in found.submissions)
    full = terms.course.history_points if only_histories else added(terms.course.points.values())
    matched = roster.match(table, found.submissions, full)
    alone = [one for one in found.submissions if not one.who.group]  # a team may be in no row: --groups tells whose
    if alone and len(matched.strangers) == len(found.submissions):
        some = "; ".join(one.submission for one in alone[:3])
        raise Fault("roster-other", table.sheet.path, answers=some)
    return Upload(table, matched, full)


def _as_in(upload: Upload, found: Found) -> list[Submission]:
    """The submissions as the table knows their people."""
    lines = {one.id: line for line, of in upload.matched.rows.items() for one in of}
    known = []
    for one in found.submissions:
        if (line := lines.get(one.id)) is not None:
            late = upload.roster.hours_late(line)
            name = upload.roster.name(line) or one.who.name
            one = one._replace(who=one.who._replace(name=name, late=one.who.late if late is None else late))
        known.append(one)
    return known


def _missing(upload: Upload, found: Found) -> dict[int, Submission]:
    """By the line of the table, what stands for who handed in nothing."""
    taken = {one.id for one in found.submissions}
    missing = {}
    for line in upload.matched.absent:
        ids = sorted(upload.roster.ids(line), key=lambda each: each[0] == PLAIN)  # the system's own first
        if not ids:
            continue
        kind, one = ids[0]
        missing[line] = submissions.absent(Identity(kind, one, upload.roster.name(line)), taken)
        taken.add(missing[line].id)
    return missing


def _subjects(
    found: Found, upload: Upload | None, missing: Mapping[int, Submission], terms: Terms
) -> Iterator[Subject]:  # fmt: skip
    """Whoever points can be adjusted of, by the ids of the class's table as well; an id in two rows is nobody's."""
    called: dict[str, frozenset[str]] = {}
    if upload:
        ids = {line: {one for _, one in upload.roster.ids(line)} for line in upload.roster.students}
        count = Counter(one for of in ids.values() for one in of)
        rows = {**upload.matched.rows, **{line: [one] for line, one in missing.items()}}
        own = {line: frozenset(one for one in of if count[one] == 1) for line, of in ids.items()}
        called = {one.id: own[line] for line, of in rows.items() for one in of}
    for one in [*found.submissions, *missing.values()]:
        names = frozenset({one.who.student_id, one.id, one.submission} - {""})
        yield Subject(one.id, names, terms.full(one.suffix), called.get(one.id, frozenset()))


def _title(arguments: Namespace, terms: Terms, say: Messages) -> str:
    return terms.course.title or (arguments.course.stem if arguments.course else say("title"))


def made(arguments: Namespace, of: Class, session: Session, say: Messages, missing: Sequence[str]) -> Gradebook:
    """The gradebook of all that is in the ledger; `missing` are the layers of isolation that did not hold."""
    course = session.terms.course

    def attempts() -> Iterator[Row]:
        for who, graded in session.rows():
            full = session.terms.full(who.suffix)
            finding, starts, seconds = graded or (None, (), 0.0)
            unread = who.flaw or finding is None or finding.failure  # what everybody is given is for who has an answer
            granted = of.appeals.by_name if unread else of.appeals.granted
            appeals = lateness(who.who.late, course, full, say)
            own = dict(granted.get(who.id, {}))
            if not who.who.late and LATE not in of.appeals.by_name.get(who.id, {}):
                own.pop(LATE, None)  # what everybody's lateness costs is for who is late
            appeals |= {one.exercise: (one.points, one.reason, one.added) for one in own.values()}
            yield row(who.submission, who.id, who.who, finding, who.flaw, full, appeals, starts, seconds, who.digest)

    passed = _passed(attempts()) if course.rules.attempts == BEST else {}

    def rows() -> Iterator[Row]:
        return (one for one in attempts() if one.id not in passed)

    columns = [*course.points, *[HISTORY] * session.has_histories]
    refused = [(entry.path, entry.flaw or "") for entry in of.found.refused]
    refused += [(path, NOT_BEST) for path in passed.values()]
    return Gradebook(
        _title(arguments, session.terms, say), session.terms.language, course, columns, missing, False, refused, rows,
        {*of.found.origins, *arguments.exports}, (), str(session.terms.chance),
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
    for system in _of_ours(book, upload):
        if not any(has_row(system, one.who) for one in book.rows()):
            del made_of[f"{system}.csv"]
    if upload:
        told = (one for one in book.rows() if one.is_final and one.full == upload.full)
        points = {one.id: (number(one.total), safe(comment(book, one))) for one in told}
        made_of[upload.roster.file] = roster.filled(upload.roster, upload.matched, points, book.course.rules.missing)
    return made_of


def _of_ours(book: Gradebook, upload: Upload | None) -> list[str]:
    """The systems for which we make a table of our own, that finds students by ids."""
    own = upload.roster.kind if upload else None
    return [system for system in (CANVAS_ORIGIN, MOODLE_ORIGIN) if system in book.exports and system != own]


def left_out(book: Gradebook, upload: Upload | None, say: Messages) -> Iterator[str]:
    """Whom the files to upload leave out, or the system they are for will, each kind in one line."""
    most = upload.roster.maximum if upload else None
    for_moodle = MOODLE_ORIGIN in book.exports or (upload is not None and upload.roster.kind == MOODLE_ORIGIN)
    kinds: dict[str, list[str]] = defaultdict(list)
    for one in book.rows():
        if upload and one.full != upload.full:
            kinds["history"].append(one.submission)
        for system in _of_ours(book, upload):
            if one.who.student_id and one.is_final and not has_row(system, one.who):
                kinds[f"no-row-{system}"].append(one.submission)
        if for_moodle and one.total > (most or one.full):
            kinds["above"].append(one.submission)
        kinds["below"] += [f"{one.submission} {name}" for name, was in one.adjustments.items() if was.cut]
    for kind, answers in kinds.items():
        if answers:
            full = f"{upload.full:g}" if upload else ""
            yield say(f"terminal.{kind}", answers="; ".join(dict.fromkeys(answers)), full=full)
