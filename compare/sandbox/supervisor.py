"""Watches one student's process to its end, and brings that about when an exercise has had its time.

What the process says about its progress can lengthen its life by no more than one time limit an exercise: the deadline
moves when the phase advances, never when it repeats.
"""

import os
import select
import signal
import time
from collections.abc import Sequence
from contextlib import suppress

from compare.sandbox import results

GRACE = 0.5  # seconds between the student's own alarm, which knows the line, and the kill
PREPARATION = 5.0  # seconds that a fork may take, on however busy a machine, before foreign code runs
_GLANCE = 0.005  # seconds between looks where the kernel has no pidfd to wait on


class Deadline:
    """When the present phase (the top level, or an exercise) must be over."""

    def __init__(self, progress: Sequence[int], seconds: float, phases: int) -> None:
        self._progress, self._seconds, self._phases = progress, seconds + GRACE, phases
        self._phase, self._end = results.PREPARING, time.monotonic() + PREPARATION

    def remaining(self) -> float:
        """Seconds to wait before looking again; 0 when it is over."""
        phase, now = self._progress[results.PHASE], time.monotonic()
        if self._phase < phase <= self._phases:
            self._phase = phase
            self._end = min(now, self._progress[results.STARTED] / 1e9) + self._seconds
        return max(0.0, min(self._end - now, self._seconds))


class Watched:
    """A student's process, which is the leader of its own group, and the judge at the other end of a socket."""

    def __init__(self, pid: int, judge: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        self._poll = select.poll()
        self._poll.register(judge, 0)  # hang-up alone
        if self._handle is not None:
            self._poll.register(self._handle, select.POLLIN)

    def end(self, deadline: Deadline) -> tuple[int, int]:
        """Wait for it: its wait status, and whether it was killed for its time (0 or 1)."""
        killed = 0
        while (status := self._over()) is None:
            remaining = deadline.remaining()
            if remaining == 0:
                killed = 1
                self._kill()
            self._wait(max(remaining, _GLANCE))
        if self._handle is not None:
            os.close(self._handle)
        return status, killed

    def _over(self) -> int | None:
        """Its wait status once it is dead, and with it whatever of its group it left where no filter forbade that."""
        if self._handle is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._kill()
            return status if pid else None
        if not self._wait(0):
            return None
        self._kill()  # before it is reaped, while nobody else can have its number
        return os.waitpid(self.pid, 0)[1]

    def _wait(self, seconds: float) -> bool:
        """Until it ends (then true), or for so long; where the judge hangs up, end both it and this process."""
        happened = self._poll.poll(1000 * (seconds if self._handle is not None else min(seconds, _GLANCE)))
        if any(file != self._handle for file, _ in happened):
            self._kill()
            os._exit(0)
        return bool(happened)

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
