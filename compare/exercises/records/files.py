"""A recorded history of losses: a table, a log as printed, `.json` or `.npy`, or a notebook's `hist`; no pickles.

Each loss is kept as it was written, so that it can be judged to the digits given.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from math import copysign, inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises import Fault
from compare.exercises.digits import plain
from compare.exercises.findings import ExerciseFinding
from compare.exercises.records import logs
from compare.exercises.records.history import diagnose_history
from compare.exercises.sources import capped, read_capped
from compare.lessons import Lesson

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.exercises.records.of_course import Loop

MOST_BYTES = dict.fromkeys((".csv", ".txt", ".log", ".json", ".npy"), 4 << 20)
MOST_LOSSES = 10_000
MOST_EPOCH = 10**9
MOST_DIGITS = 40  # a longer number is the double nearest to it


class History(NamedTuple):
    """Losses as written; how many epochs lie between two of them and which was the first, where that was recorded."""

    losses: tuple[str, ...]
    every: int | None
    first: int = 0


def read(path: Path) -> History:
    """The history in `path`. Raises `Fault` where there is none."""
    return from_bytes(path.name, read_capped(path, MOST_BYTES))


def from_bytes(name: str, data: bytes) -> History:
    """The history in `data`, the content of a file called `name`. Raises `Fault` where there is none."""
    suffix = Path(name).suffix.lower()
    reader = {".json": _json, ".npy": _npy}.get(suffix, _csv)
    return _history(name, reader(name, capped(name, data, MOST_BYTES[suffix])))


def examine(name: str, history: History, lesson: Lesson, course: Course) -> ExerciseFinding:
    """Judge a history of `lesson` for the points of a course, whose own loop it is where it has one.

    Raises `Fault` where the lesson has none of its epochs but 0, or not even its first.
    """
    if history.every and lesson.epochs and history.every > lesson.epochs:
        raise Fault("record-every", name, every=history.every, last=lesson.epochs)
    if lesson.epochs is not None and history.first > lesson.epochs:
        raise Fault("epochs-late", name, first=history.first, last=lesson.epochs)
    loop, points = _own_loop(course, lesson) if course.history_function else None, course.history_points
    found = diagnose_history(history.losses, lesson, history.every, history.first, loop)
    return found._replace(of=points, points=points * found.points)  # which are of 1


def _own_loop(course: Course, lesson: Lesson) -> Loop:
    from compare.exercises.records.of_course import Loop  # which other courses need not pay for

    return Loop(course, lesson)


def from_values(values: Any) -> History:
    """The history in a list or an array of numbers, `(T,)` or `(T, 2)` with the epochs first.

    Raises `Fault` where it is something else.
    """
    plain = values.tolist() if hasattr(values, "tolist") else values
    if not isinstance(plain, Iterable) or isinstance(plain, (str, bytes)):
        raise Fault("not-history", "hist", given=type(values).__name__)
    return _history("hist", [[_text(entry) for entry in _row(row)] for row in plain])


def _row(row: Any) -> list[Any]:
    row = row.tolist() if hasattr(row, "tolist") else row
    return list(row) if isinstance(row, (list, tuple)) else [row]


def _text(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    try:
        return repr(float(entry))
    except OverflowError:  # an integer beyond all doubles
        return repr(copysign(inf, entry / abs(entry)))
    except (TypeError, ValueError):
        return str(entry)[:MOST_DIGITS]


def _csv(name: str, data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Fault("not-utf8", name) from None
    return logs.rows(name, text)


def _json(name: str, data: bytes) -> list[list[str]]:
    try:
        content = json.loads(data, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise Fault("not-json", name) from None
    if isinstance(content, dict):
        content = _rows(_table(name, content))
    if not isinstance(content, list):
        raise Fault("not-history", name, given=type(content).__name__)
    return [[_text(entry) for entry in _row(_columns(row) if isinstance(row, dict) else row)] for row in content]


def _table(name: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """`{"epoch": […], "loss": […]}`, which may stand inside another object, as in a record of Keras."""
    for table in (content, *content.values()):
        if isinstance(table, dict) and "loss" in table:
            return table
    raise Fault("no-loss", name, given=", ".join(content)[:MOST_DIGITS] or "{}")


def _rows(table: Mapping[str, Any]) -> list[list[Any]]:
    """The rows of `{"epoch": […], "loss": […]}`; the one row where these are no lists of one length."""
    columns = _columns(table)
    if not all(isinstance(column, list) for column in columns) or len(set(map(len, columns))) != 1:
        return [columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _columns(table: Mapping[str, Any]) -> list[Any]:
    return [table[key] for key in ("epoch", "loss") if key in table]


def _npy(name: str, data: bytes) -> list[list[str]]:
    import numpy as np

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what NumPy thinks of an old header is nothing to the reader
            array = np.load(BytesIO(data), allow_pickle=False)
    except Exception:  # a broken header raises whatever the parsers below it do: even TokenError has been seen
        raise Fault("not-npy", name) from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in {"f", "i", "u"} or array.ndim not in (1, 2):
        raise Fault("not-npy", name)
    if len(array) > MOST_LOSSES:  # rows of nothing take no room in the file, and all of it as lists
        raise Fault("no-losses", name, count=len(array), most=MOST_LOSSES)
    return [[_text(entry) for entry in _row(row)] for row in array.tolist()]


def _history(name: str, rows: Sequence[Sequence[str]]) -> History:
    if not 1 <= len(rows) <= MOST_LOSSES:
        raise Fault("no-losses", name, count=len(rows), most=MOST_LOSSES)
    rows = [[plain(cell) for cell in row] for row in rows]
    for place, row in enumerate(rows, 1):
        if len(row) not in (1, 2) or len(row) != len(rows[0]) or not all(map(logs.is_number, row)):
            written = ",".join(row)
            kind = "a-tensor" if "tensor(" in written else "not-a-loss"
            raise Fault(kind, name, place=place, given=repr(written[:MOST_DIGITS]))
    losses = tuple(_bounded(row[-1]) for row in rows)
    return History(losses, *_epochs(name, rows)) if len(rows[0]) == 2 else History(losses, None)


def _bounded(text: str) -> str:
    """`text`, or its double where the digits would cost more than they tell."""
    value = float(text)
    return text if isfinite(value) and len(text) <= MOST_DIGITS else repr(value)


def _epochs(name: str, rows: Sequence[Sequence[str]]) -> tuple[int | None, int]:
    """What lies between two epochs, and the first of them; of a single one, nobody knows what lies between."""
    epochs = [float(row[0]) for row in rows]
    if not all(epoch.is_integer() and 0 <= epoch <= MOST_EPOCH for epoch in epochs):
        raise Fault("epochs", name)
    every = epochs[1] - epochs[0] if len(epochs) > 1 else None
    if every is not None and (every < 1 or epochs != [epochs[0] + every * k for k in range(len(rows))]):
        raise Fault("epochs", name)
    return None if every is None else int(every), int(epochs[0])
