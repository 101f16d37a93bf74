"""Runs a student's functions right here, in the student's own kernel: a sandbox's `run` without a sandbox."""

from collections.abc import Callable, Mapping, Sequence
from traceback import walk_tb
from types import FunctionType
from typing import Any, cast

from compare.sandbox import results
from compare.sandbox.calls import ERROR, EXITED, MISSING, OUT_OF_MEMORY, Answer, Exercise, Limits
from compare.sandbox.forms import prepare, release
from compare.sandbox.student import attempt
from compare.sandbox.toplevel import TopLevel
from compare.sandbox.wire import pack
from compare.sandbox.worker import Outcome, Worker


class Kernel:
    """`functions` by the name of their exercise. A call that does not end is the student's to interrupt."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self._functions = dict(functions)

    def run(self, source: bytes, exercises: Sequence[Exercise], _limits: Limits) -> tuple[Answer, ...]:
        """One answer an exercise, in order. `source` is the judge's own: the right steps around the student's."""
        names: dict[str, Any] = dict(self._functions)
        exec(compile(source, "<the judge>", "exec"), names)
        others = {name: names[name] for name, own in self._functions.items() if names[name] is not own}
        if others:
            names |= _calling(others, self._functions)
        return tuple(_answer(exercise, names) for exercise in exercises)


def _calling(others: Mapping[str, Any], functions: Mapping[str, Any]) -> dict[str, Any]:
    """The student's functions with `others` in the places of their namesakes: copies, their own stay as they are."""
    replaced = {id(functions[name]): other for name, other in others.items()}
    worlds: dict[int, dict[str, Any]] = {}
    return {name: _copy(own, replaced, worlds) for name, own in functions.items() if name not in others}


def _copy(function: Any, replaced: Mapping[int, Any], worlds: dict[int, dict[str, Any]]) -> Any:
    """The function in a copy of its module, in which all others are copied, too."""
    if id(function) in replaced or type(function) is not FunctionType:
        return replaced.get(id(function), function)
    around = function.__globals__
    if id(around) not in worlds:
        world = worlds[id(around)] = dict(around)
        own = {name: each for name, each in around.items() if getattr(each, "__globals__", None) is around}
        imported = {name: each for name, each in around.items() if id(each) in replaced}
        world |= {name: _copy(each, replaced, worlds) for name, each in {**own, **imported}.items()}
    world = worlds[id(around)]
    copied = FunctionType(function.__code__, world, argdefs=function.__defaults__, closure=function.__closure__)
    copied.__kwdefaults__ = function.__kwdefaults__
    copied.__dict__.update(function.__dict__)
    return copied


def _answer(exercise: Exercise, names: dict[str, Any]) -> Answer:
    prepared = prepare(pack([exercise]))
    record = attempt(0, prepared[0], TopLevel(dict(names), ()), cast(Worker, _Watch()))
    release(prepared)
    return results.answer(next(results.unpack(results.pack(record))), exercise)


class _Watch:
    """Does here what a `Worker` does in a process of its own: notes the call, and says how it ended."""

    def __init__(self) -> None:
        self.progress, self.source = dict[int, int](), b""  # there is no file to look into

    def outcome(self, error: BaseException) -> Outcome:
        if isinstance(error, KeyboardInterrupt):
            raise error
        kinds = ((NotImplementedError, MISSING), (MemoryError, OUT_OF_MEMORY), (SystemExit, EXITED))
        reason = next((reason for kind, reason in kinds if isinstance(error, kind)), ERROR)
        return Outcome(reason, f"{type(error).__name__}: {error}", _line(error))


def _line(error: BaseException) -> int | None:
    """The last line of the file that the called function is in; the first frame is the caller's."""
    frames = list(walk_tb(error.__traceback__))[1:]
    own = [line for frame, line in frames if frame.f_code.co_filename == frames[0][0].f_code.co_filename]
    return own[-1] if own else None
