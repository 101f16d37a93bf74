"""The student's process, from its fork to its end: compile, load, call, write down.

By the time `work` runs, every layer is in place. Whatever goes wrong here goes into the record or ends the process;
the judge draws its conclusions from outside.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import CodeType, FunctionType, ModuleType
from typing import Any

from compare.sandbox.calls import BAD_SOURCE, ERROR, MISSING, REASONS, UNSET, WRONG_FORM, Exercise, LeftOut
from compare.sandbox.forms import NoForm, Prepared, arguments, changed, convert
from compare.sandbox.results import CALL, FIRST_EXERCISE, LOADING, NONE, Record
from compare.sandbox.statements import Failed, describe, statements
from compare.sandbox.toplevel import TopLevel, chain
from compare.sandbox.worker import FILENAME, Outcome, Worker

# What fails for want of the course's environment, wherever it stands: a module, a file, a network, somebody who types.
ENVIRONMENT = (ImportError, OSError, EOFError)
MODULE = "answers"  # not __main__: a trial run at the foot of the file is not part of the answer


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
        return _record(number, Outcome(MISSING, "", None), notes=top.instead(name))
    if empty(function, worker.source):
        return _record(number, Outcome(MISSING, "", _first_line(function)))
    if not callable(function):
        return _record(number, Outcome(WRONG_FORM, "", None), notes=[f"form:{type(function).__name__}"])
    codes, values, notes = array("q"), array("d"), dict.fromkeys(outside(function))
    progress, outputs, longest = worker.progress, prepared.exercise.outputs, prepared.exercise.longest
    for at, (address, form) in enumerate(prepared.calls):
        progress[CALL] = at
        words, call = arguments(address, form)
        try:
            convert(function(*call), outputs, codes, values, longest)
        except NoForm as why:
            codes.append(NONE)
            notes[str(why)] = None
        except BaseException as error:
            try:
                outcome = _ended(error, function, prepared.exercise, top, worker, notes)
            except Exception:  # one that hinders whoever looks at it
                outcome = Outcome(ERROR, "", _first_line(function))
            return _record(number, outcome, at, codes, values, notes)
        for position in changed(call, words, form):
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
    bare = [each.replace(annotation=each.empty, default=each.empty) for each in signature.parameters.values()]
    return str(inspect.Signature(bare))[1:-1]


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
