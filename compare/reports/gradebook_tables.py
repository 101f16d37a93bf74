"""The gradebook as tables for spreadsheets, Canvas and Moodle. All are CSV; none can start a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

from compare.exercises.findings import ExerciseFinding
from compare.reports.gradebook import Gradebook, Row, followed, notices, number, to_confirm

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding, and Hangul for noise
COLUMNS = (
    "submission", "student_id", "name", "points", "of", "percent", "status", "followed_through", "to_confirm",
)  # fmt: skip
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
        yield line([row.submission, row.student_id, row.name, *sums, *marked, *each])


def _with_steps(exercises: Iterable[ExerciseFinding]) -> str:
    """Each exercise with the student's own steps that it comes from."""
    return "; ".join(f"{exercise.name} ({', '.join(exercise.inherited)})" for exercise in exercises)


def canvas(book: Gradebook) -> Iterator[str]:
    """`canvas.csv`, for Canvas's Grades → Import. A number is Canvas's own id, any other id the SIS login."""
    yield BYTE_ORDER_MARK
    yield line(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", book.title])
    yield line(["    Points Possible", "", "", "", "", number(sum(book.course.points.values()))])
    for row in _known(book.rows()):
        own, login = (row.student_id, "") if row.student_id.isdecimal() else ("", row.student_id)
        yield line([row.name, own, "", login, "", number(row.total)])


def moodle(book: Gradebook) -> Iterator[str]:
    """`moodle.csv`, for the assignment's “Upload grading worksheet”.

    Moodle asks for the first, third and fifth column by these English names; an empty date is older than its own.
    """
    yield BYTE_ORDER_MARK
    header = ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"]
    yield line(header)
    for row in _known(book.rows()):
        identifier = f"Participant {row.student_id}" if row.student_id.isdecimal() else row.student_id
        yield line([identifier, row.name, number(row.total), number(row.full), "", comment(book, row)])


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
    return (row for row in rows if row.student_id)
