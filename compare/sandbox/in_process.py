"""Runs an answer in this very process, where no other can be had: in a browser's worker, which the page can end.

What an answer gets and gives is the same as in a `Sandbox`; the layers are missing, so it is for one's own answers
alone, and `grade` never uses it. An answer that does not come to its end is not unwound, since it could prevent that.
The page ends the whole interpreter, and checks anew in a fresh one that is told how that attempt ended: a check puts
the same questions in the same order, so its attempts are known by their number.
"""

import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from math import inf
from types import FrameType
from typing import Any, NamedTuple, NoReturn, Self

import numpy as np

from compare.sandbox import forms, results, start, student, wire
from compare.sandbox.calls import DEFAULT_LIMITS, Answer, Exercise, LeftOut, Limits, SourceFailure, too_large
from compare.sandbox.results import COMPUTED_ENOUGH, FIRST_EXERCISE, LOADING, PHASE
from compare.sandbox.run import run_to_its_end
from compare.sandbox.start import ROOT
from compare.sandbox.worker import FILENAME, Worker

# Bound here: a student may put something else in their places.
_clock, _sleep, _trace, _exit = time.monotonic, time.sleep, sys.settrace, os._exit


class Ended(NamedTuple):
    """How an attempt ended before its end: its number in the check, its exit code, whether it was ended for its time,
    and the progress that it had made."""

    attempt: int
    code: int
    killed: bool
    progress: tuple[int, ...]


class Page(NamedTuple):
    """What stands outside: `begun` is told of each phase, and of each statement of the top level, and of the seconds
    that are left for it, `rests` that none is running, `ended` how an attempt ended: then the page ends all of it."""

    begun: Callable[[Ended, float], None]
    rests: Callable[[], None]
    ended: Callable[[Ended], None]


class _InMemory(Worker):
    """A worker in memory, whose clock is looked at with each line of the answer: there is no signal and no thread."""

    def __init__(self, page: Page, attempt: int, seconds: float) -> None:
        super().__init__()
        self.page, self._attempt, self.seconds = page, attempt, seconds
        self.memory = bytearray(results.SIZE)  # type: ignore[assignment]  # in the place of a file's
        self.progress = memoryview(self.memory)[: results.PROGRESS.size].cast("q")
        self.progress[results.LINE] = self.progress[results.STATEMENT] = results.NONE
        self.progress[results.USED] = results.FIRST_RECORD

    def set_clock(self) -> None:
        self._due = inf

    def wind_clock(self, _now: float) -> None:
        self._due = _clock() + self.seconds
        self._tell()

    def begin(self, statement: int) -> None:
        super().begin(statement)
        self._tell()

    def _tell(self) -> None:
        """Have the page know what it ends if it has to."""
        self.page.begun(self.ended(0, killed=True), max(self._due - _clock(), 0.0))

    def watch(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        """For `sys.settrace`: of the answer's own frames alone."""
        if frame.f_code.co_filename != FILENAME:
            return None
        if _clock() > self._due:
            self.late(COMPUTED_ENOUGH, frame)
        return self.watch

    def leave(self, code: int = 0) -> NoReturn:
        """Have the page end this interpreter, and wait for that."""
        _trace(None)
        self.page.ended(self.ended(code, killed=False))
        while True:
            _sleep(1.0)

    def ended(self, code: int, killed: bool) -> Ended:
        return Ended(self._attempt, code, killed, tuple(self.progress))


class InProcess:
    """In the place of a `Sandbox`. `ended` holds the attempts that did not come to their end when this check was made
    before; `slowness` is how many times the seconds of a native Python an answer may take here."""

    def __init__(self, page: Page, ended: Sequence[Ended] = (), slowness: float = 1.0) -> None:
        self._page, self._slowness, self._attempts = page, slowness, 0
        self._ended = {each.attempt: each for each in ended}
        self._at_top: dict[bytes, Ended] = {}  # by source, the end that its top level comes to, whatever is asked of it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing of it is left: each attempt puts back what it has changed."""

    def run(
        self, source: bytes, exercises: Sequence[Exercise], limits: Limits = DEFAULT_LIMITS
    ) -> tuple[Answer, ...] | SourceFailure:
        """One answer an exercise, in order. Of `limits`, only the seconds hold."""
        if failure := too_large(source):
            return failure
        prepared = forms.prepare(wire.pack(exercises))
        try:
            return run_to_its_end(
                exercises,
                limits.seconds,
                lambda first, left_out: self._attempt(source, prepared, first, left_out, limits.seconds),
            )
        finally:
            forms.release(prepared)

    def _attempt(
        self, source: bytes, exercises: list[forms.Prepared], first: int, left_out: LeftOut | None, seconds: float
    ) -> results.End:
        """From exercise `first` on, without the statement `left_out`; where it is known to have had no end of its own,
        as far as it came."""
        known = self._known(source, left_out)
        worker = _InMemory(self._page, self._attempts, self._slowness * seconds)
        worker.source = source
        self._attempts += 1
        if known is None:
            _work(exercises, first, left_out, worker)
        elif known.progress[PHASE] > LOADING:
            _work(exercises[: known.progress[PHASE] - FIRST_EXERCISE], first, left_out, worker)
        progress = tuple(worker.progress)
        records = tuple(results.unpack(bytes(worker.memory[results.FIRST_RECORD : progress[results.USED]])))
        if known is None:
            return results.End(0, False, 0.0, 0.0, progress, records)
        return results.End(known.code, known.killed, seconds if known.killed else 0.0, 0.0, known.progress, records)

    def _known(self, source: bytes, left_out: LeftOut | None) -> Ended | None:
        """How the next attempt ends, where that is known."""
        known = self._ended.get(self._attempts)
        if left_out is None:
            known = known or self._at_top.get(source)
            if known and known.progress[PHASE] == LOADING:
                self._at_top[source] = known
        return known


def _work(exercises: list[forms.Prepared], first: int, left_out: LeftOut | None, worker: _InMemory) -> None:
    with _as_in_a_process_of_its_own(worker):
        start.make_chance_repeatable(worker.source)
        _trace(worker.watch)
        try:
            student.work(exercises, first, left_out, worker)
        finally:
            _trace(None)
            worker.page.rests()


@contextmanager
def _as_in_a_process_of_its_own(worker: _InMemory) -> Iterator[None]:
    """Nothing to read, nowhere to write, nothing importable but the standard library and NumPy; put back afterwards."""
    own = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "compare"}
    path, limit, given = list(sys.path), sys.getrecursionlimit(), sys.stdin
    with ExitStack() as stack:
        nowhere = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        stack.enter_context(redirect_stdout(nowhere))
        stack.enter_context(redirect_stderr(nowhere))
        stack.enter_context(warnings.catch_warnings(action="ignore"))
        stack.enter_context(np.errstate())
        for name in own:
            del sys.modules[name]
        sys.path[:] = [each for each in path if each != ROOT]
        sys.stdin = StringIO()
        vars(os)["_exit"] = worker.leave
        try:
            yield
        finally:
            sys.stdin, sys.path[:] = given, path
            vars(os)["_exit"] = _exit
            sys.setrecursionlimit(limit)
            sys.modules.pop(student.MODULE, None)
            sys.modules.update(own)
