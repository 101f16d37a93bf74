"""The student's process, from its fork to its end: compile, load, call, write down.

By the time `work` runs, every layer is in place. Whatever goes wrong here goes into the record or ends the process;
the judge draws its conclusions from outside.
"""

import ctypes
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from math import prod
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from compare.sandbox import wire
from compare.sandbox.calls import BAD_SOURCE, ERROR, MISSING, REASONS, UNSET, WRONG_FORM, Exercise, LeftOut
from compare.sandbox.forms import NoForm, convert
from compare.sandbox.results import CALL, FIRST_EXERCISE, LOADING, NONE, Record
from compare.sandbox.statements import Failed, describe, statements
from compare.sandbox.toplevel import TopLevel, chain
from compare.sandbox.wire import Form
from compare.sandbox.worker import FILENAME, Outcome, Worker

_allocate = ctypes.pythonapi.PyMem_RawMalloc
_free = ctypes.pythonapi.PyMem_RawFree
_free.restype, _free.argtypes = None, (ctypes.c_void_p,)
_allocate.restype, _allocate.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
_read, _array, _float64 = ctypes.string_at, np.ndarray, np.dtype(np.float64)  # a student may replace NumPy's own
# What fails for want of the course's environment, wherever it stands: a module, a file, a network, somebody who types.
ENVIRONMENT = (ImportError, OSError, EOFError)
CLOSE = 0.75  # of difflib's ratio: `gradient` is close to `gradients`, but not to `train`
MODULE = "answers"  # not __main__: a trial run at the foot of the file is not part of the answer


class Prepared(NamedTuple):
    """An exercise and, for each of its calls, where its arguments lie: `exercise` has no calls itself.

    The arguments lie where no object of Python's leads to: a function under test reaches every object of its process
    (by frames, by the collector of garbage), and among them are to be the arguments of no call but its own.
    """

    exercise: Exercise
    calls: tuple[tuple[int, Form], ...]  # the address of each call's words, and how they are its arguments
    block: int


def prepare(data: bytes) -> list[Prepared]:
    """Write the arguments of packed exercises down once; every fork finds them, until they are released."""
    return [_kept(*packed) for packed in wire.unpack(data)]


def _kept(exercise: Exercise, forms: Sequence[Form], words: bytes) -> Prepared:
    block = int(_allocate(len(words) or 1))
    ctypes.memmove(block, words, len(words))
    ends = accumulate((form.size for form in forms), initial=block)
    return Prepared(exercise, tuple(zip(ends, forms, strict=False)), block)


def release(prepared: Iterable[Prepared]) -> None:
    """Let go of the arguments, of which none may be asked for any more."""
    for each in prepared:
        _free(each.block)


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
    top = TopLevel(module.__dict__, worker.parsed, worker.builtins)
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
    if function is None or (not callable(function) and top.bound_at(name)):
        return _record(number, Outcome(MISSING, "", None), notes=_not_there(name, top))
    if empty(function, worker.source):
        return _record(number, Outcome(MISSING, "", _first_line(function)))
    if not callable(function):
        return _record(number, Outcome(WRONG_FORM, "", None), notes=[f"form:{type(function).__name__}"])
    codes, values, notes = array("q"), array("d"), dict.fromkeys(outside(function))
    progress, outputs, longest = worker.progress, prepared.exercise.outputs, prepared.exercise.longest
    for at, (address, form) in enumerate(prepared.calls):
        progress[CALL] = at
        words = _read(address, form.size)
        numbers = iter(form.plain.unpack_from(words))
        call = [_array(place[0], _float64, words, place[1]).copy() if place else next(numbers) for place in form.arrays]
        try:
            convert(function(*call), outputs, codes, values, longest)
        except NoForm as why:
            codes.append(NONE)
            notes[str(why)] = None
        except BaseException as error:
            outcome = _ended(error, function, prepared.exercise, top, worker, notes)
            return _record(number, outcome, at, codes, values, notes)
        for position, place in enumerate(form.arrays):
            if place and call[position].tobytes() != words[place[1] : place[1] + 8 * prod(place[0])]:
                notes[f"changed-input:{prepared.exercise.parameters[position]}"] = None
    return _record(number, None, NONE, codes, values, notes)


def _ended(
    error: BaseException, function: object, exercise: Exercise, top: TopLevel, worker: Worker, notes: dict[str, None]
) -> Outcome:
    """What an exception that came out of a call says; where it needed what is not there, that it is unset."""
    if hole := top.hole(error):
        worker.outcome(error)
        notes[f"unset:{hole[0]}"] = None
        return _unset(hole[1])
    if lacking := next((each for each in chain(error) if isinstance(each, ENVIRONMENT)), None):
        outcome = worker.outcome(lacking)
        return outcome._replace(reason=UNSET) if outcome.reason == ERROR else outcome
    outcome = worker.outcome(error)
    if outcome.line is None:
        outcome = outcome._replace(line=_first_line(function))
        if isinstance(error, TypeError) and (own := other_parameters(function, exercise)) is not None:
            notes[f"takes:{own}:{', '.join(exercise.parameters)}"] = None
    return outcome


def other_parameters(function: Any, exercise: Exercise) -> str | None:
    """The parameters of a function that cannot be called with what the exercise asks; None of another."""
    import inspect  # costs its import only where a call did not even begin

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a builtin's, which has none
        return None
    with suppress(TypeError):
        signature.bind(*exercise.parameters)
        return None
    stars: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return ", ".join(stars.get(each.kind, "") + each.name for each in signature.parameters.values())


def _not_there(name: str, top: TopLevel) -> tuple[str, ...]:
    """Where it stands instead, or what was made of its name; else what may have been meant."""
    line = top.bound_at(name)
    if name not in top.names and (inside := top.inside(name)):
        return (inside,)
    if line is None:
        return misspelt(name, top.names, FILENAME)
    return (f"made:{type(top.names[name]).__name__}:{line}" if name in top.names else f"gone:{name}:{line}",)


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


def empty(function: object, source: bytes) -> bool:
    """Is its body nothing but `pass`, `...` or a docstring? What is the same to Python, `return`, is an answer."""
    if type(function) is not FunctionType:
        return False
    code, nothing = function.__code__, _nothing.__code__
    same = code.co_code[::2] == nothing.co_code[::2]  # the operations without their arguments
    if not same or any(constant not in (None, function.__doc__) for constant in code.co_consts):
        return False
    last = max(line or 0 for *_, line in code.co_lines())
    return b"return" not in b"".join(source.splitlines()[last - 1 : last])


def outside(function: object) -> tuple[str, ...]:
    """A note of each value of the top level that the function itself reads: no function, class or module."""
    if type(function) is not FunctionType:
        return ()
    codes, around = [function.__code__], function.__globals__
    for code in codes:
        codes += [constant for constant in code.co_consts if type(constant) is CodeType]
    read = {name for code in codes for name in code.co_names if name in around and _is_value(around[name])}
    if not read:
        return ()
    import dis  # costs its import only where such a name is there

    found = dict[str, int]()
    for step in (step for code in codes for step in dis.get_instructions(code)):
        if step.opname == "LOAD_GLOBAL" and step.argval in read and step.positions and step.positions.lineno:
            found.setdefault(step.argval, step.positions.lineno)
    return tuple(f"reads:{name}:{line}" for name, line in found.items())


def _is_value(value: object) -> bool:
    return not isinstance(value, ModuleType) and not callable(value)


def _nothing() -> None: ...


def misspelt(name: str, names: Mapping[str, Any], filename: str) -> tuple[str, ...]:
    """A note of the function of the student's whose name is closest to `name`; none where none is close."""
    functions = {each.lower(): value for each, value in names.items() if type(value) is FunctionType}
    own = {each: value for each, value in functions.items() if value.__code__.co_filename == filename}
    if not own:
        return ()
    from difflib import get_close_matches  # costs its import only where something is missing

    found = [own[close].__code__ for close in get_close_matches(name.lower(), own, 1, CLOSE)]
    return tuple(f"perhaps:{code.co_name}:{code.co_firstlineno}" for code in found)
