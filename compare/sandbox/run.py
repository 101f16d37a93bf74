"""The judge's side: starts the fresh interpreter, hands it sources, reads what a student's process left behind."""

import os
import signal
import socket
import sys
from collections.abc import Sequence
from importlib.machinery import PathFinder
from typing import NamedTuple, Self

from compare.sandbox import memory, requests, results
from compare.sandbox.calls import (
    BAD_SOURCE,
    CRASHED,
    DEFAULT_LIMITS,
    EXITED,
    LARGEST_SOURCE,
    OUT_OF_MEMORY,
    REASONS,
    TIMED_OUT,
    Answer,
    Exercise,
    Limits,
    SourceFailure,
)

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_START = (
    "import sys; root, numpy = sys.argv[1:]; sys.path.insert(0, root); "
    "from compare.sandbox import start; start.main(root, numpy)"
)
_FLAGS = ("-s", "-S", "-P", "-B", "-X", "utf8", "-W", "ignore")
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_PATIENCE = 60.0  # seconds for the zygote's own work, on however busy a machine


class SandboxError(Exception):
    """The sandbox itself failed: never a student's fault."""


class _End(NamedTuple):
    """How a student's process ended, and what it left."""

    status: int
    killed: int
    cpu: int
    progress: tuple[int, ...]
    records: tuple[results.Record, ...]


class Sandbox:
    """One interpreter with NumPy that serves many submissions, one at a time.

    Returns at once: the interpreter starts meanwhile, so create it early, compute, then `run`. Not shared by threads.
    """

    def __init__(self) -> None:
        self._control, self._pid = _spawn()
        self._ready = False
        self._sent: Sequence[Exercise] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the interpreter and whatever it still runs."""
        self._control.close()
        os.waitpid(self._pid, 0)

    def run(
        self, source: bytes, exercises: Sequence[Exercise], limits: Limits = DEFAULT_LIMITS
    ) -> tuple[Answer, ...] | SourceFailure:
        """One answer an exercise, in order. Pass the same `exercises` object each time: its inputs are then sent once.

        Raises `SandboxError` where the sandbox itself fails.
        """
        if len(source) > LARGEST_SOURCE:
            return SourceFailure(BAD_SOURCE, f"{len(source)} > {LARGEST_SOURCE}", None)
        file = memory.sealed(source)
        try:
            return self._run(file, exercises, limits)
        finally:
            os.close(file)

    def _run(self, source: int, exercises: Sequence[Exercise], limits: Limits) -> tuple[Answer, ...] | SourceFailure:
        answers: list[Answer] = []
        while len(answers) < len(exercises):
            end = self._attempt(source, exercises, len(answers), limits)
            for record in end.records:
                if record.exercise == len(answers) < len(exercises):
                    answers.append(results.answer(record, exercises[len(answers)]))
            if len(answers) == len(exercises):
                break
            failure = _failure(end)
            if end.progress[results.PHASE] > results.LOADING:
                answers.append(results.died(exercises[len(answers)], failure, end.progress))
            elif not answers:
                return failure
            else:
                answers += [results.died(exercise, failure, end.progress) for exercise in exercises[len(answers) :]]
        return tuple(answers)

    def _attempt(self, source: int, exercises: Sequence[Exercise], first: int, limits: Limits) -> _End:
        """One fork, from exercise `first` on."""
        result = memory.blank(results.SIZE)
        files = [source, result]
        fresh = exercises is not self._sent
        if fresh:
            files.append(memory.sealed(requests.pack(exercises)))
        left = len(exercises) - first
        cpu = int((left + 1) * limits.seconds) + 2
        request = requests.REQUEST.pack(first, fresh, limits.seconds, limits.memory, cpu)
        try:
            socket.send_fds(self._control, [request], files)
            self._sent = exercises
            status, killed, used = self._reply((left + 1) * (limits.seconds + 1))
            memory.close_for_writing(result)
            records = tuple(results.unpack(results.read(result)))
            return _End(status, killed, used, results.progress(result), records)
        finally:
            for file in files[1:]:
                os.close(file)

    def _reply(self, seconds: float) -> tuple[int, int, int]:
        self._control.settimeout(seconds + _PATIENCE)
        while True:
            kind, *numbers = requests.REPLY.unpack(self._receive(requests.REPLY.size))
            if kind == requests.ENDED:
                return numbers[0], numbers[1], numbers[2]
            text = self._receive(numbers[0])
            if kind == requests.FAULT:
                raise SandboxError(text.decode("utf-8", "replace"))

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._control.recv(size - len(data))
            if not part:
                raise SandboxError("the interpreter for answers ended unexpectedly")
            data += part
        return data


def _failure(end: _End) -> SourceFailure:
    """Why the process ended before its work was done; for a top level that raised, what it wrote."""
    line = results.line_number(end.progress[results.LINE])
    for record in end.records:
        if record.exercise == results.NONE and 0 <= record.reason < len(REASONS):
            return SourceFailure(REASONS[record.reason], record.detail, results.line_number(record.line))
    if end.killed or end.progress[results.LATE]:
        return SourceFailure(TIMED_OUT, "", line)
    if not os.WIFSIGNALED(end.status):
        return SourceFailure(EXITED, f"exit {os.waitstatus_to_exitcode(end.status)}", line)
    return SourceFailure(*_signalled(os.WTERMSIG(end.status)), line)


def _signalled(number: int) -> tuple[str, str]:
    """SIGKILL is the kernel's: of its two occasions, CPU time is met by the wall clock first, so memory it was."""
    if number == signal.SIGXCPU:
        return TIMED_OUT, ""
    if number == signal.SIGKILL:
        return OUT_OF_MEMORY, ""
    return CRASHED, signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"


def _spawn() -> tuple[socket.socket, int]:
    """Start the fresh interpreter: clean environment, its own process group, no descriptor but the control socket."""
    ours, theirs = socket.socketpair()
    actions = [
        (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3),
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    command = [sys.executable, *_FLAGS, "-c", _START, _ROOT, _numpy()]
    with theirs:
        return ours, os.posix_spawn(sys.executable, command, _ENVIRONMENT, file_actions=actions, setpgroup=0)


def _numpy() -> str:
    spec = PathFinder.find_spec("numpy")
    if spec is None or not spec.submodule_search_locations:
        raise SandboxError("NumPy is not installed")
    return next(iter(spec.submodule_search_locations))
