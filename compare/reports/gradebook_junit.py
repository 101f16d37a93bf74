"""The gradebook as JUnit's XML, which every continuous integration shows: a suite a submission, a case an exercise."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape  # right for XML as well, without the network's modules that xml.sax.saxutils brings

from compare.exercises.findings import RIGHT, UNCHECKED, ExerciseFinding
from compare.reports.gradebook import Gradebook, Row, notices, number, reason

FORBIDDEN = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
KEPT = {ord(space): f"&#{ord(space)};" for space in "\t\n\r"}  # which would be read as spaces: section 3.3.3


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
