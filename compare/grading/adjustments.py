"""`adjustments.csv`: the points that an instructor sets by hand after an appeal, and why.

    submission,exercise,points,reason
    kim.py,gradients,3,an arithmetic slip only
"""

import csv
import io
from collections.abc import Iterator, Mapping
from math import nan
from pathlib import Path
from typing import NamedTuple, TypeAlias

from compare.grading.entries import shown
from compare.grading.faults import Fault

Place: TypeAlias = tuple[Path, int]  # a file, and a line of it

COLUMNS = ("submission", "exercise", "points", "reason")


class Adjustment(NamedTuple):
    """The points that an exercise of a submission is given, whatever the judge gave."""

    submission: str
    exercise: str
    points: float
    reason: str


def read(path: Path, known: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, Adjustment]]:
    """The adjustments in `path` by submission and exercise; none where there is no file. A later line wins.

    `known` gives each submission's exercises with their full points. Raises `Fault` with the line at fault.
    """
    adjustments: dict[str, dict[str, Adjustment]] = {}
    for number, row in _rows(path):
        adjustment = _adjustment((path, number), row, known)
        adjustments.setdefault(adjustment.submission, {})[adjustment.exercise] = adjustment
    return adjustments


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(_text(path.read_bytes()), newline=""))
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise Fault("no-columns", path, columns=",".join(COLUMNS))
        for row in reader:
            if any(row.values()):
                yield reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS}
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, csv.Error) as error:
        raise Fault("not-csv", path, reason=error) from error


def _text(data: bytes) -> str:
    """UTF-8, or what a Korean Excel writes when it is not asked for UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp949", "replace")


def _adjustment(place: Place, row: Mapping[str, str], known: Mapping[str, Mapping[str, float]]) -> Adjustment:
    submission = shown(row["submission"].removeprefix("'"))  # as our own tables shield names
    exercise, exercises = row["exercise"], known.get(submission)
    if exercises is None:
        raise _fault("adjusted-submission", place, submission)
    if exercise not in exercises:
        raise _fault("adjusted-exercise", place, exercise, known=", ".join(exercises))
    return Adjustment(submission, exercise, _points(place, row["points"], exercises[exercise]), shown(row["reason"]))


def _points(place: Place, text: str, of: float) -> float:
    try:
        points = float(text)
    except ValueError:
        points = nan
    if not 0 <= points <= of:
        raise _fault("adjusted-points", place, text, of=f"{of:g}")
    return points


def _fault(key: str, place: Place, given: str, **fields: str) -> Fault:
    path, line = place
    return Fault(key, path, line=line, given=repr(given), **fields)
