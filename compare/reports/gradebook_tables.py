"""The gradebook as tables for spreadsheets, Canvas and Moodle. All are CSV; none can start a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from math import isinf

from compare.exercises.findings import ExerciseFinding
from compare.reports.gradebook import Gradebook, Person, Row, followed, notices, number, to_confirm

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding, and Hangul for noise
COLUMNS = (
    "submission", "student_id", "name", "points", "of", "percent", "status", "followed_through", "to_confirm", "late",
    "group", "sha256",
)  # fmt: skip
HISTORY = "history"  # the one exercise of a recorded history
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
    titles = {sum(book.course.points.values()): book.title}
    if HISTORY in book.columns:  # recorded histories that are worth something else are an assignment of their own
        titles.setdefault(book.course.history_points, f"{book.title} ({HISTORY})")
    yield BYTE_ORDER_MARK
    yield line(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles.values()])
    yield line(["    Points Possible", "", "", "", "", *map(number, titles)])
    for row in _known(book.rows()):
        own, number_of_school, login = _canvas_ids(row.who)
        if own or number_of_school or login:
            points = [number(row.total) if row.full == full else "" for full in titles]
            yield line([row.who.name, own, number_of_school, login, "", *points])


def _canvas_ids(who: Person) -> tuple[str, str, str]:
    """(Canvas's own id, the school's number, the login): where what is known of a student belongs."""
    if who.origin == "canvas":
        return (who.student_id, "", "") if who.student_id.isdecimal() else ("", "", "")
    if who.origin == "moodle":
        return "", "", ""
    return ("", "", who.student_id) if "@" in who.student_id else ("", who.student_id, "")


def moodle(book: Gradebook) -> Iterator[str]:
    """`moodle.csv`, for the assignment's “Upload grading worksheet”, of those whose participant's number is known.

    Moodle asks for the first, third and fifth column by these English names; an empty date is older than its own.
    """
    yield BYTE_ORDER_MARK
    header = ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"]
    yield line(header)
    for row in _known(book.rows()):
        if row.who.origin == "moodle":
            identifier = f"Participant {row.who.student_id}"
            yield line([identifier, row.who.name, number(row.total), number(row.full), "", comment(book, row)])


def comment(book: Gradebook, row: Row) -> str:
    """The points of each exercise in one line, after what every report has to say."""
    each = [f"{name} {number(row.points[name])}/{number(row.of[name])}" for name in row.points]
    return " ".join([*notices(book), "; ".join(each)])


def line(cells: Iterable[str]) -> str:
    """One line of CSV, as Excel expects it."""
    text = io.StringIO()
    csv.writer(text).writerow([safe(cell) for cell in cells])
    return text.getvalue()


def safe(cell: str) -> str:
    """`cell`, behind an apostrophe where a spreadsheet would take it for a formula."""
    return "'" + cell if cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else cell


def _known(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that belong to somebody."""
    return (row for row in rows if row.who.student_id)
