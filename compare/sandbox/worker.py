"""Writes down how a student's process gets on: its progress, one record an exercise, and how exceptions are told."""

import ast
import builtins
import mmap
import os
import signal
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from errno import ENOMEM
from types import FrameType, TracebackType
from typing import NamedTuple, NoReturn

from compare.sandbox import results
from compare.sandbox.calls import ERROR, EXITED, MISSING, OUT_OF_MEMORY
from compare.sandbox.results import (
    CALL,
    COMPUTED,
    COMPUTED_ENOUGH,
    FIRST_RECORD,
    LATE,
    LINE,
    NONE,
    PHASE,
    PREPARING,
    STARTED,
    STATEMENT,
    USED,
    WAITED_ENOUGH,
    Record,
)
from compare.sandbox.statements import Parsed, Statement, describe

GRACE = 0.5  # seconds between the student's own alarm, which knows the line, and the kill
PREPARATION = 30.0  # seconds that a fork may take, on however busy a machine, before foreign code runs
FILENAME = "answers.py"  # what tracebacks and `__file__` say

_exit, _clock, _computed = os._exit, time.monotonic_ns, time.process_time_ns
_SHORTEST = 1e-6  # seconds; a timer of 0 is none


class Outcome(NamedTuple):
    """How one exercise, or the top level, ended before its end."""

    reason: str
    detail: str
    line: int | None


class Deadline:
    """When the present phase (the top level, or an exercise) must be over: after `seconds` of processor time; by the
    wall clock at `until`, or after `seconds` where that is later.

    Kept by who watches a process. What that says of its progress moves the limits when the phase advances, never when
    it repeats: it can lengthen its life by no more than one limit an exercise.
    """

    def __init__(self, progress: Sequence[int], seconds: float, until: float, phases: int) -> None:
        self._progress, self._seconds, self._until, self._phases = progress, seconds, until, phases
        self._phase, self._started, self._computed = PREPARING, time.monotonic(), 0.0
        self._end = self._started + PREPARATION

    def remaining(self, cpu: float) -> float:
        """Seconds to wait before looking again, when the process has computed for `cpu` seconds; 0 when it is over."""
        self._advance(cpu)
        by_clock = self._end + GRACE - time.monotonic()
        return max(0.0, min(by_clock, self._computed + self._seconds + GRACE - cpu))

    def used(self, cpu: float) -> tuple[float, float]:
        """Processor and wall-clock seconds of the phase, when the process has computed for `cpu` seconds in all."""
        self._advance(cpu)
        return max(0.0, cpu - self._computed), time.monotonic() - self._started

    def _advance(self, cpu: float) -> None:
        phase, now = self._progress[PHASE], time.monotonic()
        if self._phase < phase <= self._phases:
            self._phase = phase
            self._started = min(now, self._progress[STARTED] / 1e9)
            self._computed = min(cpu, self._progress[COMPUTED] / 1e9)
            self._end = max(self._started + self._seconds, self._until)


class Worker:
    """Writes the progress and the records of one submission at a time.

    The zygote makes it and opens each result, so that a fork finds that done; `source` is what only the fork reads.
    """

    source: bytes
    parsed: Parsed = ()

    def __init__(self) -> None:
        self.builtins = dict(vars(builtins))  # a fork would touch, and thereby copy, all that is in there
        self.reserve = mmap.mmap(-1, 1 << 20)  # given back when memory runs out
        self.set_clock()

    def set_clock(self) -> None:
        """Have `late` called, with the frame that is running, when a phase has had its time."""
        signal.signal(signal.SIGPROF, lambda _, frame: self.late(COMPUTED_ENOUGH, frame))  # a count of ticks
        signal.signal(signal.SIGALRM, lambda _, frame: self.late(WAITED_ENOUGH, frame))

    def wind_clock(self, now: float) -> None:
        """The time of a phase starts."""
        signal.setitimer(signal.ITIMER_PROF, self.seconds)
        signal.setitimer(signal.ITIMER_REAL, max(self.seconds, self.until - now, _SHORTEST))

    def open(self, file: int, seconds: float, until: float) -> None:
        """Begin a result: `seconds` of processor time a phase, `until` when by the wall clock. Raises `OSError`."""
        self.memory, self.seconds, self.until = mmap.mmap(file, results.SIZE), seconds, until
        self.progress = memoryview(self.memory)[: results.PROGRESS.size].cast("q")
        self.progress[LINE], self.progress[USED], self.progress[STATEMENT] = NONE, FIRST_RECORD, NONE

    def close(self) -> None:
        """Let go of the result, which can be sealed then."""
        self.progress.release()
        self.memory.close()

    def start(self, phase: int) -> None:
        """A new exercise, with the whole of its time."""
        now, progress = _clock(), self.progress
        progress[CALL], progress[STARTED], progress[COMPUTED], progress[PHASE] = NONE, now, _computed(), phase
        self.wind_clock(now / 1e9)

    def begin(self, statement: int) -> None:
        """Note which statement of the top level is running."""
        self.progress[STATEMENT] = statement

    def late(self, why: int, frame: FrameType | None) -> NoReturn:
        """Note where the time ran out. A student who blocks this only loses the line: the zygote kills in any case."""
        self.progress[LATE] = why
        try:
            self.progress[LINE] = hanging_line(self._nodes(), own_frames(frame, FILENAME))
        finally:
            self.leave()

    def leave(self) -> NoReturn:
        """End the process."""
        _exit(0)

    def _nodes(self) -> Iterator[ast.stmt]:
        yield from (each.node for each in self.parsed if isinstance(each, Statement))

    def write(self, record: Record) -> None:
        """Append a record; one that does not fit keeps its reason and loses its values."""
        data, used = results.pack(record), self.progress[USED]
        if used + len(data) > results.SIZE:
            data = results.pack(record._replace(codes=array("q"), values=array("d"), notes=("form:too-large",)))
        self.memory[used : used + len(data)] = data
        self.progress[USED] = used + len(data)

    def outcome(self, error: BaseException) -> Outcome:
        """The reason, text and line of an exception; frees what the student's frames hold."""
        self.reserve.close()
        line = own_line(error.__traceback__)
        error.__traceback__ = None
        return Outcome(_reason(error), describe(error), line)


def own_line(traceback: TracebackType | None) -> int | None:
    """The last line of the student's own file on the way to the exception."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILENAME:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and type(error.errno) is int and error.errno == ENOMEM:
        return OUT_OF_MEMORY
    kinds = ((NotImplementedError, MISSING), (MemoryError, OUT_OF_MEMORY), (SystemExit, EXITED))
    return next((reason for kind, reason in kinds if isinstance(error, kind)), ERROR)


def own_frames(frame: FrameType | None, filename: str) -> list[FrameType]:
    """The frames of the student's file, the outermost first."""
    return [each for each in _outwards(frame) if each.f_code.co_filename == filename][::-1]


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def hanging_line(statements: Iterable[ast.stmt], frames: Sequence[FrameType]) -> int:
    """Of the top level: the head of the outermost loop that is running; where there is none, the innermost statement.

    Going inwards, a frame that is in no loop of its own is passed: it waits for a call that it made once.
    """
    nodes = [node for statement in statements for node in ast.walk(statement)]
    loops = [node for node in nodes if isinstance(node, (ast.While, ast.For))]
    for frame in frames:
        first, line = frame.f_code.co_firstlineno, frame.f_lineno
        if running := [loop.lineno for loop in loops if first <= loop.lineno and _spans(loop, line)]:
            return min(running)
    return max(node.lineno for node in nodes if isinstance(node, ast.stmt) and _spans(node, frames[-1].f_lineno))


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
