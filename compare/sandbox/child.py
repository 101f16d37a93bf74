"""The student's process, from its fork to its end: compile, load, call, write down.

By the time `work` runs, every layer is in place. Whatever goes wrong here goes into the record or ends the process;
the judge draws its conclusions from outside.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from compare.sandbox.absent import Absent, execute
from compare.sandbox.calls import BAD_SOURCE, MISSING, REASONS, WRONG_FORM, Exercise, Vector
from compare.sandbox.forms import NoForm, convert
from compare.sandbox.names import empty, misspelt
from compare.sandbox.results import CALL, FIRST_EXERCISE, LOADING, NONE, Record
from compare.sandbox.worker import FILENAME, Outcome, Worker, describe

MODULE = "answers"  # not __main__: a trial run at the foot of the file is not part of the answer


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
    if not isinstance(argument, Vector):
        return argument
    array = np.array(argument.values, dtype=np.float64)
    return array.reshape(-1, argument.columns) if argument.columns else array


def _arrays(call: Sequence[Any]) -> list[tuple[int, bytes]]:
    return [(at, argument.tobytes()) for at, argument in enumerate(call) if isinstance(argument, np.ndarray)]


def work(exercises: Sequence[Prepared], first: int, worker: Worker) -> None:
    """Load the source, then do the exercises from number `first` on."""
    worker.start(LOADING)
    module = ModuleType(MODULE)
    module.__file__ = FILENAME
    sys.modules[MODULE] = module
    notes = load(module, worker)
    if isinstance(notes, Outcome):
        worker.write(_record(NONE, notes))
        return
    Absent.judging = True
    for number in range(first, len(exercises)):
        worker.start(FIRST_EXERCISE + number)
        record = attempt(number, exercises[number], module.__dict__, worker)
        worker.write(record._replace(notes=(*record.notes, *notes)))


def load(module: ModuleType, worker: Worker) -> Outcome | tuple[str, ...]:
    """Compile and run the top level; where that went well, a note for each library that it had to do without."""
    try:
        code = compile(worker.source, FILENAME, "exec", dont_inherit=True)
    except Exception as error:  # also MemoryError: the parser's word for too deep a nesting
        return Outcome(BAD_SOURCE, describe(error), _bad_line(error, worker.source))
    try:
        passed = execute(code, worker.source, module.__dict__)
    except BaseException as error:
        return worker.outcome(error)
    return tuple(f"passed-over:{library}:{line}" for library, line in passed.items())


def _bad_line(error: Exception, source: bytes) -> int | None:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    return source.count(b"\n", 0, source.index(0)) + 1 if 0 in source else None


def attempt(number: int, prepared: Prepared, names: dict[str, Any], worker: Worker) -> Record:
    """Make the calls of one exercise, up to the first that raises."""
    function = names.get(prepared.exercise.name)
    if function is None:
        return _record(number, Outcome(MISSING, "", None), notes=misspelt(prepared.exercise.name, names, FILENAME))
    if empty(function, worker.source):
        return _record(number, Outcome(MISSING, "", _first_line(function)))
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
