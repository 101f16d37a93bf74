"""Which files the gradebook is, and what is in each: reports for students, the page, tables for spreadsheets, Canvas
and Moodle, of which none can start a formula, JUnit's XML, and JSON."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import IO, Any
from xml.etree import ElementTree

from compare.exercises.digits import added
from compare.exercises.findings import RIGHT, UNCHECKED, ExerciseFinding
from compare.grading import sheets
from compare.grading.naming import Identity
from compare.grading.submissions import Submission
from compare.grading.terms import HISTORY
from compare.reports.gradebook import (
    UNRENDERED,
    Gradebook,
    Row,
    followed,
    hours,
    notices,
    number,
    reason,
    refusal,
    to_confirm,
    whole,
)
from compare.reports.gradebook.page import page
from compare.reports.gradebook.students import finding_html, finding_json, finding_markdown, gradescope_json, student
from compare.reports.language import Messages

UPLOADS = ("canvas.csv", "moodle.csv", "roster.csv", "junit.xml")
FINDING_JSON, FINDING_TEXT, FINDING_PAGE = "findings/{id}.json", "findings/{id}.md", "findings/{id}.html"
GRADESCOPE = "gradescope/{id}.json"
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding, and Hangul for noise
COLUMNS = (
    "submission", "student_id", "name", "points", "of", "percent", "status", "followed_through", "to_confirm", "late",
    "group", "sha256",
)  # fmt: skip
FORBIDDEN = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
WIDTH = 160  # columns of a terminal for who is who
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")  # and the wide forms


def student_files(book: Gradebook) -> Iterator[tuple[str, str]]:
    """Every student's files by their paths in the gradebook's folder."""
    for row in book.rows():
        try:
            yield from files_of(book, row)
        except Exception:  # one report that cannot be made keeps no other from being written
            yield from files_of(book, row._replace(finding=None, flaw=UNRENDERED))


def files_of(book: Gradebook, row: Row) -> list[tuple[str, str]]:
    """One student's files. Raises whatever a finding may bring about that no renderer has foreseen."""
    found = student(book, row)
    files = [
        (FINDING_JSON.format(id=row.id), finding_json(found)),
        (FINDING_TEXT.format(id=row.id), finding_markdown(found, book.language)),
        (FINDING_PAGE.format(id=row.id), finding_html(book, row, found)),
    ]
    if "gradescope" in book.exports:
        files.append((GRADESCOPE.format(id=row.id), gradescope_json(found, row.seconds, book.course.rules)))
    return files


def class_files(book: Gradebook) -> Iterator[tuple[str, Iterable[str]]]:
    """The files that concern the whole class, as chunks that are made while they are read."""
    asked = {"canvas": ("canvas.csv", canvas), "moodle": ("moodle.csv", moodle), "junit": ("junit.xml", junit)}
    yield "grades.csv", grades(book)
    yield "index.html", page(book)
    for path, render in (asked[each] for each in asked if each in book.exports):
        yield path, render(book)


def of_student(identity: str) -> list[str]:
    """The files of one student."""
    return [path.format(id=identity) for path in (FINDING_JSON, FINDING_TEXT, FINDING_PAGE, GRADESCOPE)]


def grades(book: Gradebook) -> Iterator[str]:
    """`grades.csv`: a row a submission, a column an exercise. It never holds a measured time.

    Before those stand the exercises that are right given the student's own wrong steps, and those to be confirmed.
    """
    yield BYTE_ORDER_MARK
    yield line([*COLUMNS, *book.columns])
    for row in book.rows():
        sums = [number(row.total), number(row.full), number(row.percent), row.status]
        marked = [_with_steps(followed(row)), _with_steps(to_confirm(row))]
        each = [number(row.points[name]) if name in row.points else "" for name in book.columns]
        told = [hours(row.who.late), row.who.group, row.digest]
        yield line([row.submission, row.who.student_id, row.who.name, *sums, *marked, *told, *each])


def _with_steps(exercises: Iterable[ExerciseFinding]) -> str:
    """Each exercise with the student's own steps that it comes from."""
    return "; ".join(f"{exercise.name} ({', '.join(exercise.inherited)})" for exercise in exercises)


def canvas(book: Gradebook) -> Iterator[str]:
    """`canvas.csv`, for Canvas's Grades → Import, which finds a student by these three numbers and nothing else that is
    sure: its own id in answers that it exported, a student number, or a mail for a login."""
    titles = {added(book.course.points.values()): book.title}
    if HISTORY in book.columns:  # recorded histories that are worth something else are an assignment of their own
        titles.setdefault(book.course.history_points, f"{book.title} ({HISTORY})")
    yield BYTE_ORDER_MARK
    yield line(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles.values()])
    yield line(["    Points Possible", "", "", "", "", *map(number, titles)])
    for row in _known("canvas", book.rows()):
        points = [number(row.total) if row.full == full else "" for full in titles]
        yield line([_canvas_name(row.who), *_canvas_ids(row.who), "", *points])


def _canvas_name(who: Identity) -> str:
    """Canvas takes an equal name for the student where it knows no id: a name in a file's is none that may be equal."""
    if who.origin in ("canvas", "gradescope") or (who.name == who.student_id and re.search(r"\d", who.name)):
        return who.name
    return ""


def _canvas_ids(who: Identity) -> tuple[str, str, str]:
    """(Canvas's own id, the school's number, the login): where what is known of a student belongs."""
    if who.origin == "canvas":
        return (who.student_id, "", "") if who.student_id.isdecimal() else ("", "", "")
    if who.origin == "moodle" or (who.group and who.name == who.student_id):  # a number of Moodle's, a member's name
        return "", "", ""
    login = "@" in who.student_id or who.origin == "ilias"
    return ("", "", who.student_id) if login else ("", who.student_id, "")


def moodle(book: Gradebook) -> Iterator[str]:
    """`moodle.csv`, for the assignment's “Upload grading worksheet”, of those whose participant's number is known.

    Moodle asks for the first, third and fifth column by these English names; an empty date is older than its own.
    """
    yield BYTE_ORDER_MARK
    header = ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"]
    yield line(header)
    for row in _known("moodle", book.rows()):
        identifier = f"Participant {row.who.student_id}"
        yield line([identifier, row.who.name, number(row.total), number(row.full), "", comment(book, row)])


def comment(book: Gradebook, row: Row) -> str:
    """The points of each exercise in one line, after what every report has to say, and why they are not their sum."""
    each = [f"{name} {number(row.points[name])}/{number(row.of[name])}" for name in row.points]
    say = Messages("grade", book.language)
    why = [refusal(say, row.flaw, book.course.rules)] if row.flaw else []
    return " ".join([*notices(book), "; ".join([*why, *each, *whole(row, say)])])


def line(cells: Iterable[str]) -> str:
    """One line of CSV, as Excel expects it."""
    return sheets.written([safe(cell) for cell in cells], ",")


def safe(cell: str) -> str:
    """`cell`, behind an apostrophe where a spreadsheet would take it for a formula."""
    return "'" + cell if cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else cell


def has_row(system: str, who: Identity) -> bool:
    """Is an id known by which `canvas` or `moodle` finds this student in the table that we make?"""
    return bool(who.student_id) and (any(_canvas_ids(who)) if system == "canvas" else who.origin == "moodle")


def _known(system: str, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that belong to somebody whom the system finds, and are final."""
    return (row for row in rows if row.is_final and has_row(system, row.who))


def junit(book: Gradebook) -> Iterator[str]:
    """`junit.xml`, which every continuous integration shows: a suite a submission, a case an exercise."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n'
    said = notices(book)
    for row in book.rows():
        yield ElementTree.tostring(_suite(row, said), "unicode") + "\n"
    yield "</testsuites>\n"


def _suite(row: Row, said: Sequence[str]) -> ElementTree.Element:
    exercises = row.finding.exercises if row.finding and not row.finding.failure else ()
    wrong = sum(exercise.verdict not in (RIGHT, UNCHECKED) for exercise in exercises)
    skipped = sum(exercise.verdict == UNCHECKED for exercise in exercises)
    counts = {"tests": len(exercises) or 1, "failures": wrong, "errors": int(not exercises), "skipped": skipped}
    suite = _element(None, "testsuite", name=row.submission, **counts, time=f"{row.seconds:.3f}")
    properties = _element(suite, "properties") if said else suite
    for notice in said:
        _element(properties, "property", name="notice", value=notice)
    if not exercises:
        case = _element(suite, "testcase", classname=row.id, name="submission")
        _element(case, "error", message=row.flaw or row.status)
    for exercise in exercises:
        case = _element(suite, "testcase", classname=row.id, name=exercise.name)
        told = ", ".join(filter(None, [reason(exercise), *exercise.mistakes]))
        if exercise.verdict == UNCHECKED:
            _element(case, "skipped", message=told)
        elif exercise.verdict != RIGHT:
            points = f"{number(exercise.points)}/{number(exercise.of)}"
            _element(case, "failure", message=told).text = points
    return suite


def _element(above: ElementTree.Element | None, tag: str, /, **attributes: object) -> ElementTree.Element:
    """An element whose attributes hold whatever they are given, as far as XML can."""
    legal = {key: FORBIDDEN.sub("?", str(value)) for key, value in attributes.items()}
    return ElementTree.Element(tag, legal) if above is None else ElementTree.SubElement(above, tag, legal)


def as_json(book: Gradebook) -> Iterator[str]:
    """The gradebook as one JSON object."""
    head = {
        "course": book.title, "of": added(book.course.points.values()), "chance": book.chance, "notices": notices(book),
        "refused": [{"file": path, "reason": flaw} for path, flaw in book.refused],
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "submissions": ['
    for index, row in enumerate(book.rows()):
        yield (",\n" if index else "\n") + json.dumps(_submission(row), ensure_ascii=False)
    yield "\n]}\n"


def _submission(row: Row) -> dict[str, Any]:
    """The row of `grades.csv`, and what is behind it."""
    exercises = row.finding.exercises if row.finding else ()
    return {
        "submission": row.submission, "id": row.id, "sha256": row.digest, **row.who._asdict(),
        "late": row.who.late if isfinite(row.who.late) else True,
        "points": row.total, "of": row.full, "percent": float(number(row.percent)), "status": row.status,
        "exercises": dict(row.points),
        "reasons": {exercise.name: reason(exercise) for exercise in exercises if exercise.reason},
        "mistakes": {exercise.name: exercise.mistakes for exercise in exercises if exercise.mistakes},
    }  # fmt: skip


def who_is_who(people: Iterable[tuple[Submission, str]], say: Messages, stream: IO[str]) -> None:
    """For a terminal: each file with whose it is, and whose row of the roster is meant or why it would be refused."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in ("submission", "origin", "id", "name", "group", "late", "row"):
        table.add_column(Text(say(f"who.{column}")), overflow="fold")
    for (_, path, who, *_), told in people:
        cells = (path, who.origin, who.student_id, who.name, who.group, hours(who.late), told)
        table.add_row(*map(Text, cells))
    Console(file=stream, width=WIDTH, highlight=False).print(table)
