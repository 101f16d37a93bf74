"""The student's process, from its fork to its end: compile, load, call, write down.

By the time `work` runs, every layer is in place. Whatever goes wrong here goes into the record or ends the process;
the judge draws its conclusions from outside.
"""

import ctypes
import sys
from array import array
from collections.abc import Iterable, Sequence
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from compare.sandbox import requests
from compare.sandbox.calls import BAD_SOURCE, MISSING, REASONS, UNSET, WRONG_FORM, Exercise, LeftOut
from compare.sandbox.forms import NoForm, convert
from compare.sandbox.names import empty, misspelt, outside
from compare.sandbox.results import CALL, FIRST_EXERCISE, LOADING, NONE, Record
from compare.sandbox.toplevel import Failed, TopLevel, describe, statements
from compare.sandbox.worker import FILENAME, Outcome, Worker

_allocate = ctypes.pythonapi.PyMem_RawMalloc
_free = ctypes.pythonapi.PyMem_RawFree
_free.restype, _free.argtypes = None, (ctypes.c_void_p,)
_allocate.restype, _allocate.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
MODULE = "answers"  # not __main__: a trial run at the foot of the file is not part of the answer


class Prepared(NamedTuple):
    """An exercise and, for each of its calls, where its arguments lie: `exercise` has no calls itself.

    The arguments lie where no object of Python's leads to: a function under test reaches every object of its process
    (by frames, by the collector of garbage), and among them are to be the arguments of no call but its own.
    """

    exercise: Exercise
    places: tuple[tuple[int, int], ...]  # the address and the bytes of each call's arguments


def prepare(exercise: Exercise) -> Prepared:
    """Write the arguments down once; every fork finds them, until it is released."""
    packed = [requests.pack_call(call) for call in exercise.calls]
    return Prepared(exercise._replace(calls=()), tuple((_kept(data), len(data)) for data in packed))


def _kept(data: bytes) -> int:
    """The address of a copy."""
    address = _allocate(len(data) or 1)
    ctypes.memmove(address, data, len(data))
    return int(address)


def release(prepared: Prepared) -> None:
    """Let go of the arguments, of which none may be asked for any more."""
    for address, _ in prepared.places:
        _free(address)


def _fetched(prepared: Prepared, number: int) -> tuple[tuple[Any, ...], list[tuple[int, bytes]]]:
    """The arguments of one call, its arrays fresh, and of each of these its position and its bytes."""
    data = ctypes.string_at(*prepared.places[number])
    call = tuple(requests.unpack_call(data, len(prepared.exercise.parameters), np.frombuffer(data, np.float64)))
    return call, [(at, each.tobytes()) for at, each in enumerate(call) if type(each) is np.ndarray]


def work(exercises: Sequence[Prepared], first: int, left_out: LeftOut | None, worker: Worker) -> None:
    """Load the source, but for the statement `left_out`, then do the exercises from number `first` on."""
    worker.start(LOADING)
    module = ModuleType(MODULE)
    module.__file__ = FILENAME
    sys.modules[MODULE] = module
    top = load(module, left_out, worker)
    if isinstance(top, Outcome):
        worker.write(_record(NONE, top))
        return
    notes = tuple(f"left-out:{failed.line}:{failed.reason}:{failed.detail}" for failed in top.failed)
    for number in range(first, len(exercises)):
        worker.start(FIRST_EXERCISE + number)
        record = attempt(number, exercises[number], top, worker)
        worker.write(record._replace(notes=(*record.notes, *notes)))


def load(module: ModuleType, left_out: LeftOut | None, worker: Worker) -> Outcome | TopLevel:
    """Compile and run the top level."""
    try:
        worker.parsed = statements(worker.source, FILENAME)
    except Exception as error:  # also MemoryError: the parser's word for too deep a nesting
        return Outcome(BAD_SOURCE, describe(error), _bad_line(error, worker.source))
    top = TopLevel(module.__dict__, worker.parsed)
    top.run(worker.begin, left_out)
    return top


def _bad_line(error: Exception, source: bytes) -> int | None:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    return source.count(b"\n", 0, source.index(0)) + 1 if 0 in source else None


def attempt(number: int, prepared: Prepared, top: TopLevel, worker: Worker) -> Record:
    """Make the calls of one exercise, up to the first that raises."""
    name, names = prepared.exercise.name, top.names
    function = names.get(name)
    if failed := top.missing(name):
        return _record(number, _unset(failed), notes=[f"unset:{name}"])
    if function is None:
        return _record(number, Outcome(MISSING, "", None), notes=misspelt(name, names, FILENAME))
    if empty(function, worker.source):
        return _record(number, Outcome(MISSING, "", _first_line(function)))
    if not callable(function):
        return _record(number, Outcome(WRONG_FORM, "", None), notes=[f"form:{type(function).__name__}"])
    codes, values, notes = array("q"), array("d"), dict.fromkeys(outside(function))
    progress, outputs = worker.progress, prepared.exercise.outputs
    for at in range(len(prepared.places)):
        progress[CALL] = at
        call, before = _fetched(prepared, at)
        try:
            result = function(*call)
            convert(result, outputs, codes, values)
        except NoForm as form:
            codes.append(NONE)
            notes[str(form)] = None
        except BaseException as error:
            hole, outcome = top.hole(error), worker.outcome(error)
            if hole:
                outcome, notes[f"unset:{hole[0]}"] = _unset(hole[1]), None
            if outcome.line is None:  # called with the wrong number of arguments, say
                outcome = outcome._replace(line=_first_line(function))
            return _record(number, outcome, at, codes, values, notes)
        for position, data in before:
            if call[position].tobytes() != data:
                notes[f"changed-input:{prepared.exercise.parameters[position]}"] = None
    return _record(number, None, NONE, codes, values, notes)


def _unset(failed: Failed) -> Outcome:
    return Outcome(UNSET, failed.detail, failed.line)


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
