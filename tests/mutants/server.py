"""A process that has imported what takes long to import, and forks for each job."""

import contextlib
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

FOREVER = 1e9
TICK = 0.002


class Server:
    """`serve` runs in a process of its own, in `folder`; `ask` sends it a job and waits for the answer."""

    def __init__(self, folder: Path, serve: Callable[[Path, Connection], None]) -> None:
        self.pipe, theirs = Pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self.pipe.close()
            _end_after(lambda: _served(folder, theirs, serve))
        theirs.close()

    def ask(self, job: object) -> Any:
        self.pipe.send(job)
        return self.pipe.recv()

    def close(self) -> None:
        self.pipe.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Progress:
    """What a job's process tells whoever watches it, in shared memory: a number, and how long to wait."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 16)

    def tell(self, number: int, seconds: float) -> None:
        self._shared[:] = struct.pack("qd", number, time.monotonic() + seconds)

    @property
    def number(self) -> int:
        return int(struct.unpack("qd", self._shared[:])[0])

    @property
    def is_late(self) -> bool:
        return time.monotonic() > float(struct.unpack("qd", self._shared[:])[1])


def in_fork(work: Callable[[], int], progress: Progress) -> int | None:
    """What `work` returns in a fork of this process; None if it was late."""
    progress.tell(0, FOREVER)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        _end_after(work)
    status = _awaited(pid, progress)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)  # what it has left behind; multiprocessing's tracker tidies up first
    return status


def _awaited(pid: int, progress: Progress) -> int | None:
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if progress.is_late:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return None
        time.sleep(TICK)


def _end_after(work: Callable[[], object]) -> None:
    """A fork must not go on where its parent was."""
    status = 1
    try:
        status = int(work() or 0)  # type: ignore[call-overload]
    finally:
        os._exit(status & 127)


def _served(folder: Path, pipe: Connection, serve: Callable[[Path, Connection], None]) -> None:
    """Be a process that was started in `folder`, silent, with nothing of the checkout imported."""
    os.setsid()
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a job in the background ignores
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    sys.path[:] = [str(folder), *(path for path in sys.path if "site-packages" in path or "lib/python" in path)]
    sys.modules["__main__"] = ModuleType("__main__")  # which a process that is spawned would import
    os.environ |= {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    sys.dont_write_bytecode = True
    with contextlib.suppress(EOFError):
        serve(folder, pipe)
