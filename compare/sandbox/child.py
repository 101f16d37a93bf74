"""The student's process, from its fork to its end: compile, load, call, write down.

By the time `work` runs, every layer is in place. Whatever goes wrong here goes into the record or ends the process;
the judge draws its conclusions from outside.
"""

import mmap
import os
import signal
import sys
import time
from array import array
from collections.abc import Iterable, Sequence
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any, NamedTuple, NoReturn

import numpy as np

from compare.sandbox import results
from compare.sandbox.calls import (
    BAD_SOURCE,
    ERROR,
    EXITED,
    MISSING,
    OUT_OF_MEMORY,
    REASONS,
    WRONG_FORM,
    Exercise,
    Vector,
)
from compare.sandbox.forms import NoForm, convert
from compare.sandbox.results import (
    CALL,
    FIRST_EXERCISE,
    FIRST_RECORD,
    LATE,
    LINE,
    LOADING,
    NONE,
    PHASE,
    STARTED,
    USED,
    Record,
)

FILENAME = "answers.py"  # what tracebacks and `__file__` say
MODULE = "answers"  # not __main__: a trial run at the foot of the file is not part of the answer

_exit, _clock = os._exit, time.monotonic_ns


class Prepared(NamedTuple):
    """An exercise whose arguments are ready for the student: arrays fresh in each fork, and their bytes before."""

    exercise: Exercise
    calls: tuple[tuple[Any, ...], ...]
    before: tuple[tuple[tuple[int, bytes], ...], ...]  # the position and bytes of each array of each call


def prepare(exercise: Exercise) -> Prepared:
    """Build the arguments once; every fork gets its own copy of them from the kernel."""
    calls = tuple(tuple(_argument(argument) for argument in call) for call in exercise.calls)
    before = tuple(tuple(_arrays(call)) for call in calls)
    return Prepared(exercise, calls, before)


def _argument(argument: Any) -> Any:
    return np.array(argument.values, dtype=np.float64) if isinstance(argument, Vector) else argument


def _arrays(call: Sequence[Any]) -> list[tuple[int, bytes]]:
    return [(at, argument.tobytes()) for at, argument in enumerate(call) if isinstance(argument, np.ndarray)]


class Outcome(NamedTuple):
    """How one exercise, or the top level, ended before its end."""

    reason: str
    detail: str
    line: int | None


class Worker:
    """Writes the progress and the records of one submission."""

    def __init__(self, file: int, seconds: float) -> None:
        self.memory = mmap.mmap(file, results.SIZE)
        self.progress = memoryview(self.memory)[: results.PROGRESS.size].cast("q")
        self.progress[LINE], self.progress[USED] = NONE, FIRST_RECORD
        self.seconds = seconds
        self.reserve = mmap.mmap(-1, 1 << 20)  # given back when memory runs out
        signal.signal(signal.SIGALRM, self._late)

    def start(self, phase: int) -> None:
        """A new exercise, with the whole of its time."""
        self.progress[CALL], self.progress[STARTED], self.progress[PHASE] = NONE, _clock(), phase
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def _late(self, _signal: int, frame: FrameType | None) -> NoReturn:
        """Note where the time ran out. A student who blocks this only loses the line: the zygote kills in any case."""
        while frame is not None and frame.f_code.co_filename != FILENAME:
            frame = frame.f_back
        self.progress[LINE], self.progress[LATE] = frame.f_lineno if frame else NONE, 1
        _exit(0)

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
        return Outcome(_reason(error), _describe(error), line)


def own_line(traceback: TracebackType | None) -> int | None:
    """The last line of the student's own file on the way to the exception."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILENAME:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _reason(error: BaseException) -> str:
    kinds = ((NotImplementedError, MISSING), (MemoryError, OUT_OF_MEMORY), (SystemExit, EXITED))
    return next((reason for kind, reason in kinds if isinstance(error, kind)), ERROR)


def _describe(error: BaseException) -> str:
    try:
        # A SyntaxError's own text ends in file and line, which `line` says, and says rightly for a notebook too.
        name, text = type(error).__name__, str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:  # its own __str__ may raise anything
        return "Exception"
    return f"{name}: {text}" if text else name


def work(source: bytes, exercises: Sequence[Prepared], first: int, worker: Worker) -> None:
    """Load the source, then do the exercises from number `first` on."""
    worker.start(LOADING)
    module = ModuleType(MODULE)
    module.__file__ = FILENAME
    sys.modules[MODULE] = module
    failure = load(source, module, worker)
    if failure is not None:
        worker.write(_record(NONE, failure))
        return
    for number in range(first, len(exercises)):
        worker.start(FIRST_EXERCISE + number)
        worker.write(attempt(number, exercises[number], module.__dict__, worker))


def load(source: bytes, module: ModuleType, worker: Worker) -> Outcome | None:
    """Compile and run the top level; None where that went well."""
    try:
        code = compile(source, FILENAME, "exec", dont_inherit=True)
    except Exception as error:  # also MemoryError: the parser's word for too deep a nesting
        return Outcome(BAD_SOURCE, _describe(error), _bad_line(error, source))
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        return worker.outcome(error)
    return None


def _bad_line(error: Exception, source: bytes) -> int | None:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    return source.count(b"\n", 0, source.index(0)) + 1 if 0 in source else None


def attempt(number: int, prepared: Prepared, names: dict[str, Any], worker: Worker) -> Record:
    """Make the calls of one exercise, up to the first that raises."""
    function = names.get(prepared.exercise.name)
    if function is None:
        return _record(number, Outcome(MISSING, "", None))
    if not callable(function):
        return _record(number, Outcome(WRONG_FORM, "", None), notes=[f"form:{type(function).__name__}"])
    codes, values, notes = array("q"), array("d"), dict[str, None]()
    progress, outputs = worker.progress, prepared.exercise.outputs
    for at, call in enumerate(prepared.calls):
        progress[CALL] = at
        try:
            result = function(*call)
            convert(result, outputs, codes, values)
        except NoForm as form:
            codes.append(NONE)
            notes[str(form)] = None
        except BaseException as error:
            outcome = worker.outcome(error)
            if outcome.line is None:  # called with the wrong number of arguments, say
                outcome = outcome._replace(line=_first_line(function))
            return _record(number, outcome, at, codes, values, notes)
        for position, before in prepared.before[at]:
            if call[position].tobytes() != before:
                notes[f"changed-input:{prepared.exercise.parameters[position]}"] = None
    return _record(number, None, NONE, codes, values, notes)


def _first_line(function: object) -> int | None:
    code = getattr(function, "__code__", None)
    return code.co_firstlineno if isinstance(code, CodeType) and code.co_filename == FILENAME else None


def _record(
    number: int,
    outcome: Outcome | None,
    at: int = NONE,
    codes: "array[int] | None" = None,
    values: "array[float] | None" = None,
    notes: Iterable[str] = (),
) -> Record:
    codes, values = array("q") if codes is None else codes, array("d") if values is None else values
    if outcome is None:
        return Record(number, NONE, NONE, at, codes, values, "", tuple(notes))
    reason, line = REASONS.index(outcome.reason), NONE if outcome.line is None else outcome.line
    return Record(number, reason, line, at, codes, values, outcome.detail, tuple(notes))
