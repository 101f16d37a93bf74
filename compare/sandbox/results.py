"""What comes back: a memory file of fixed size that the student's process writes and the judge reads after its death.

First the progress, a few int64; then one record an exercise: a head of int64, codes (shapes) as int64, values as
float64, two texts. The student's process can put any bytes there. The judge believes none of them: every length is
checked against what is there, every text is cut and cleaned, and whatever does not fit is a wrong form. How the process
ended tells why there is no more.
"""

import os
import re
import signal
import struct
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import prod
from typing import NamedTuple

from compare.sandbox.calls import (
    CRASHED,
    EXITED,
    KILLED,
    LARGEST_VALUE,
    OWN,
    REASONS,
    STALLED,
    TIMED_OUT,
    WRONG_FORM,
    Answer,
    Exercise,
    Layout,
    Results,
    SourceFailure,
    laid_out,
)
from compare.sandbox.wire import split

SIZE = 8 << 20  # bytes of one submission's results: a hundred times what the bundled exercises need
FIRST_RECORD = 64
PHASE, CALL, STARTED, USED, LATE, LINE, COMPUTED, STATEMENT = range(8)  # slots of the progress
COMPUTED_ENOUGH, WAITED_ENOUGH = 1, 2  # in LATE: which of its clocks rang, that of processor time or the wall's
PREPARING, LOADING, FIRST_EXERCISE = range(3)  # phases; further exercises count on
PROGRESS = struct.Struct("=8q")
RECORD = struct.Struct("=8q")  # exercise, reason, line, call, then the lengths of codes, values, detail, notes
NONE = -1  # no reason, line, call; the code of a call without a usable form; the "exercise" of a failed top level

_LONGEST_DETAIL, _LONGEST_NOTE, _MOST_NOTES, _MOST_DIMENSIONS = 300, 160, 16, 64
_UNREADABLE = "form:unreadable"
_NOTE = re.compile(
    r"(?:changed-input|form|count):.*|(?:perhaps|gone|made|reads|inside-(?:class|function|main|block)):\w+:[0-9]{1,9}"
    r"|takes:[\w, */]*:[\w, ]+|unset:\w+|left-out:[0-9]{1,9}:[a-z-]+:.*"
)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")

_NEARLY = 0.9  # of its time: where it blocked its own alarms, which are the last word otherwise
_CRASH = 0x80000000  # from here on, codes are Windows' own words for what on POSIX is a signal


class Record(NamedTuple):
    """One exercise as the student's process wrote it, its fields not yet believed."""

    exercise: int
    reason: int
    line: int
    call: int
    codes: "array[int]"
    values: "array[float]"
    detail: str
    notes: tuple[str, ...]


def pack(record: Record) -> bytes:
    """The bytes of one record."""
    detail = record.detail[: 4 * _LONGEST_DETAIL].encode("utf-8", "replace")
    notes = "\n".join(record.notes)[: 4 * _LONGEST_NOTE * _MOST_NOTES].encode("utf-8", "replace")
    lengths = len(record.codes), len(record.values), len(detail), len(notes)
    return RECORD.pack(*record[:4], *lengths) + record.codes.tobytes() + record.values.tobytes() + detail + notes


def unpack(data: bytes) -> Iterator[Record]:
    """The records in `data`, as far as they are whole."""
    at = 0
    while at + RECORD.size <= len(data):
        head = RECORD.unpack_from(data, at)
        sizes = (8 * head[4], 8 * head[5], *head[6:])
        at += RECORD.size
        if min(sizes) < 0 or sum(sizes) > len(data) - at:
            return
        codes, values, detail, notes = split(data, at, sizes)
        at += sum(sizes)
        numbers = array("q", codes), array("d", values)
        yield Record(head[0], head[1], head[2], head[3], *numbers, clean(detail), _notes(notes))


def clean(text: bytes, longest: int = _LONGEST_DETAIL) -> str:
    """Text of the student's, fit to print: one line, no control or direction characters, no addresses, cut."""
    words = text[: 8 * longest].decode("utf-8", "replace")
    printable = "".join(character if character.isprintable() else " " for character in words)
    cut = _ADDRESS.sub("0x…", " ".join(printable.split()))
    return cut if len(cut) <= longest else cut[: longest - 1] + "…"


def _notes(text: bytes) -> tuple[str, ...]:
    lines = text.split(b"\n", _MOST_NOTES)[:_MOST_NOTES] if text else []
    return tuple(dict.fromkeys(filter(_NOTE.fullmatch, (clean(line, _LONGEST_NOTE) for line in lines))))


def answer(record: Record, exercise: Exercise) -> Answer:
    """The record as an answer to `exercise`; a wrong form where it cannot be one."""
    calls = len(exercise.calls)
    try:
        reason, results = _reason(record), _results(record, exercise)
    except ValueError:
        return Answer(exercise.name, WRONG_FORM, "", None, None, _nothing(calls), (_UNREADABLE,))
    at = record.call if 0 <= record.call < calls else None
    if reason is None and None in results.layout:
        reason, at = WRONG_FORM, results.layout.index(None)
    return Answer(exercise.name, reason, record.detail, line_number(record.line), at, results, record.notes)


def _reason(record: Record) -> str | None:
    """What the record says of why it gave no answer. Raises `ValueError` where only the judge could know."""
    reason = REASONS[record.reason] if 0 <= record.reason < len(REASONS) else None
    if reason not in (None, *OWN):
        raise ValueError
    return reason


def line_number(line: int) -> int | None:
    """A line that a file could have, or None."""
    return line if 0 < line < 1 << 31 else None


def _results(record: Record, exercise: Exercise) -> Results:
    """One result a call. Raises `ValueError` where codes and values do not fit each other, or the exercise."""
    calls, outputs = len(exercise.calls), exercise.outputs
    if len(record.codes) > calls * outputs * (1 + _MOST_DIMENSIONS):
        raise ValueError
    layout, longest = _layout(record.codes.tobytes(), calls, outputs)
    if longest > exercise.longest:
        raise ValueError
    if next((pieces[-1].end for pieces in reversed(layout) if pieces), 0) > len(record.values):
        raise ValueError
    return Results(layout, record.values)


def _nothing(calls: int) -> Results:
    return Results((None,) * calls, array("d"))


@lru_cache(maxsize=32)  # the right answers of a class have one layout an exercise
def _layout(data: bytes, calls: int, outputs: int) -> tuple[Layout, int]:
    """Where each output of each call lies, and the longest axis. Raises `ValueError` where the codes are none."""
    codes = iter(array("q", data))
    shapes = [_shapes(codes, outputs) for _ in range(calls)]
    return laid_out(shapes), max((axis for of_call in shapes for shape in of_call or () for axis in shape), default=0)


def _shapes(codes: Iterator[int], outputs: int) -> list[tuple[int, ...]] | None:
    first = next(codes, NONE)
    if first == NONE:
        return None
    return [_shape(first, codes), *(_shape(next(codes, NONE), codes) for _ in range(outputs - 1))]


def _shape(dimensions: int, codes: Iterator[int]) -> tuple[int, ...]:
    if dimensions == 0:
        return ()
    if not 0 < dimensions <= _MOST_DIMENSIONS:
        raise ValueError
    shape = tuple(next(codes, NONE) for _ in range(dimensions))
    if min(shape) < 0 or prod(max(1, axis) for axis in shape) > LARGEST_VALUE:  # an axis of 0 hides no long one
        raise ValueError
    return shape


def progress(file: int) -> tuple[int, ...]:
    """The slots of the progress."""
    return PROGRESS.unpack(os.pread(file, PROGRESS.size, 0))


def read(file: int) -> bytes:
    """The bytes after the progress, as many as the student's process says it used, within the file."""
    return os.pread(file, length(progress(file)), FIRST_RECORD)


def length(progress: Sequence[int]) -> int:
    """How many bytes of records there are, by what the student's process says it used, within the file."""
    return min(max(progress[USED] - FIRST_RECORD, 0), SIZE)


def died(exercise: Exercise, failure: SourceFailure, progress: Sequence[int]) -> Answer:
    """The answer to the exercise during which, or before which, the student's process ended."""
    calls = len(exercise.calls)
    at = progress[CALL] if 0 <= progress[CALL] < calls else None
    reason, detail, line, cpu, wall = failure
    return Answer(exercise.name, reason, detail, line, at, _nothing(calls), (), cpu, wall)


class End(NamedTuple):
    """How a student's process ended, what its last phase had used, and what it left. `code` is its exit code, or minus
    the signal that ended it."""

    code: int
    killed: int
    cpu: float
    wall: float
    progress: tuple[int, ...]
    records: tuple[Record, ...]

    @property
    def phase(self) -> int:
        return self.progress[PHASE]


def failure_of(end: End, seconds: float) -> SourceFailure:
    """Why the process, which had `seconds` of processor time a phase, ended before its work was done; for a top level
    that raised, what it wrote."""
    return _failure(end, seconds)._replace(cpu=end.cpu, wall=end.wall)


def _failure(end: End, seconds: float) -> SourceFailure:
    line = line_number(end.progress[LINE])
    for record in end.records:
        if record.exercise == NONE and 0 <= record.reason < len(REASONS) and REASONS[record.reason] in OWN:
            return SourceFailure(REASONS[record.reason], record.detail, line_number(record.line))
    late = end.progress[LATE]
    if end.killed or late in (COMPUTED_ENOUGH, WAITED_ENOUGH):
        computed = late == COMPUTED_ENOUGH or end.cpu >= _NEARLY * seconds
        return SourceFailure(TIMED_OUT if computed else STALLED, "", line)
    if end.code >= _CRASH:
        return SourceFailure(CRASHED, f"{end.code:#X}", line)
    if end.code >= 0:
        return SourceFailure(EXITED, f"exit {end.code}", line)
    return SourceFailure(*_signalled(-end.code), line)


def _signalled(number: int) -> tuple[str, str]:
    """SIGKILL is the kernel's, for want of memory: what asks for too much of it is refused instead, and the sum of all
    times is met later than each."""
    if number == signal.SIGXCPU:
        return TIMED_OUT, ""
    if number == signal.SIGKILL:
        return KILLED, ""
    return CRASHED, next((known.name for known in signal.Signals if known == number), f"signal {number}")
