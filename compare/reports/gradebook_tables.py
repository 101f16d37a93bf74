"""The gradebook for other programs: tables for spreadsheets, Canvas and Moodle, of which none can start a formula, and
JUnit's XML, which every continuous integration shows: a suite a submission, a case an exercise."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape  # right for XML as well, without the network's modules that xml.sax.saxutils brings
from math import isinf
from typing import IO

from compare.exercises.digits import added
from compare.exercises.findings import RIGHT, UNCHECKED, ExerciseFinding
from compare.grading import sheets
from compare.grading.naming import Identity
from compare.grading.submissions import Submission
from compare.grading.terms import HISTORY
from compare.reports.gradebook import Gradebook, Row, followed, notices, number, reason, refusal, to_confirm, whole
from compare.reports.language import Messages

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding, and Hangul for noise
COLUMNS = (
    "submission", "student_id", "name", "points", "of", "percent", "status", "followed_through", "to_confirm", "late",
    "group", "sha256",
)  # fmt: skip
FORBIDDEN = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
KEPT = {ord(space): f"&#{ord(space)};" for space in "\t\n\r"}  # which would be read as spaces: section 3.3.3
WIDTH = 160  # columns of a terminal for who is who
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")  # and the wide forms


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


def hours(late: float) -> str:
    """Nothing where it is not late; where nobody says by how much, that it is."""
    return "late" if isinf(late) else number(late) if late else ""


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
    """`junit.xml`."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n'
    said = "".join(f'<property name="notice" value={_quoted(notice)}/>' for notice in notices(book))
    properties = f"<properties>{said}</properties>\n" if said else ""
    for row in book.rows():
        yield from _suite(row, properties)
    yield "</testsuites>\n"


def _suite(row: Row, properties: str) -> Iterator[str]:
    exercises = row.finding.exercises if row.finding and not row.finding.failure else ()
    wrong = sum(exercise.verdict not in (RIGHT, UNCHECKED) for exercise in exercises)
    skipped = sum(exercise.verdict == UNCHECKED for exercise in exercises)
    counts = f'tests="{len(exercises) or 1}" failures="{wrong}" errors="{int(not exercises)}" skipped="{skipped}"'
    yield f'<testsuite name={_quoted(row.submission)} {counts} time="{row.seconds:.3f}">\n{properties}'
    if not exercises:
        yield _case(row, "submission", f"<error message={_quoted(row.flaw or row.status)}/>")
    for exercise in exercises:
        yield _case(row, exercise.name, _outcome(exercise))
    yield "</testsuite>\n"


def _case(row: Row, name: str, outcome: str) -> str:
    return f"<testcase classname={_quoted(row.id)} name={_quoted(name)}>{outcome}</testcase>\n"


def _outcome(exercise: ExerciseFinding) -> str:
    if exercise.verdict == RIGHT:
        return ""
    said = ", ".join(filter(None, [reason(exercise), *exercise.mistakes]))
    if exercise.verdict == UNCHECKED:
        return f"<skipped message={_quoted(said)}/>"
    points = f"{number(exercise.points)}/{number(exercise.of)}"
    return f"<failure message={_quoted(said)}>{points}</failure>"


@lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    """An attribute's value; a line's end or a tab in it stays one."""
    return '"' + escape(FORBIDDEN.sub("?", text)).translate(KEPT) + '"'


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
