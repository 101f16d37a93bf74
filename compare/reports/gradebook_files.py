"""Which files the gradebook is, and what is in each."""

import json
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

from compare.exercises.digits import added
from compare.reports.gradebook import UNRENDERED, Gradebook, Row, notices, number, reason
from compare.reports.gradebook_page import page
from compare.reports.gradebook_students import finding_html, finding_json, finding_markdown, gradescope_json, student
from compare.reports.gradebook_tables import canvas, grades, junit, moodle

CLASS = {"grades.csv": grades, "index.html": page}
FOR = {"canvas": ("canvas.csv", canvas), "moodle": ("moodle.csv", moodle), "junit": ("junit.xml", junit)}
UPLOADS = ("canvas.csv", "moodle.csv", "roster.csv", "junit.xml")
FINDING_JSON, FINDING_TEXT, FINDING_PAGE = "findings/{id}.json", "findings/{id}.md", "findings/{id}.html"
GRADESCOPE = "gradescope/{id}.json"


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
    for path, render in (*CLASS.items(), *(FOR[each] for each in FOR if each in book.exports)):
        yield path, render(book)


def of_student(identity: str) -> list[str]:
    """The files of one student."""
    return [path.format(id=identity) for path in (FINDING_JSON, FINDING_TEXT, FINDING_PAGE, GRADESCOPE)]


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
