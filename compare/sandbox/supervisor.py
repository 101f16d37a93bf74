"""Watches one student's process to its end, and brings that about when an exercise has had its time.

Its time is processor time; the wall clock is there for what sleeps or hangs. What the process says about its progress
can lengthen its life by no more than one limit an exercise: the limits move when the phase advances, never when it
repeats.
"""

import os
import select
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from compare.sandbox import results

GRACE = 0.5  # seconds between the student's own alarm, which knows the line, and the kill
PREPARATION = 30.0  # seconds that a fork may take, on however busy a machine, before foreign code runs
_GLANCE = 0.005  # seconds between looks where the kernel has no pidfd to wait on


class Ended(NamedTuple):
    """How a process ended: its wait status, whether it was killed for its time, what its last phase had used, and the
    processor time of all of them."""

    status: int
    killed: bool
    cpu: float
    wall: float
    computed: float


class Deadline:
    """When the present phase (the top level, or an exercise) must be over: after `seconds` of processor time; by the
    wall clock at `until`, or after `seconds` where that is later."""

    def __init__(self, progress: Sequence[int], seconds: float, until: float, phases: int) -> None:
        self._progress, self._seconds, self._until, self._phases = progress, seconds, until, phases
        self._phase, self._started, self._computed = results.PREPARING, time.monotonic(), 0.0
        self._end = self._started + PREPARATION

    def remaining(self, cpu: float) -> float:
        """Seconds to wait before looking again, when the process has computed for `cpu` seconds; 0 when it is over."""
        self._advance(cpu)
        by_clock = self._end + GRACE - time.monotonic()
        return max(0.0, min(by_clock, self._computed + self._seconds + GRACE - cpu))

    def used(self, cpu: float) -> tuple[float, float]:
        """Processor and wall-clock seconds of the phase, when the process has computed for `cpu` seconds in all."""
        self._advance(cpu)
        return max(0.0, cpu - self._computed), time.monotonic() - self._started

    def _advance(self, cpu: float) -> None:
        phase, now = self._progress[results.PHASE], time.monotonic()
        if self._phase < phase <= self._phases:
            self._phase = phase
            self._started = min(now, self._progress[results.STARTED] / 1e9)
            self._computed = min(cpu, self._progress[results.COMPUTED] / 1e9)
            self._end = max(self._started + self._seconds, self._until)


class Watched:
    """A student's process, which is the leader of its own group, and the judge at the other end of a socket."""

    def __init__(self, pid: int, judge: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        self._poll = select.poll()
        self._poll.register(judge, 0)  # hang-up alone
        if self._handle is not None:
            self._poll.register(self._handle, select.POLLIN)

    def end(self, deadline: Deadline) -> Ended:
        """Wait for it."""
        killed = False
        while (over := self._over()) is None:
            remaining = deadline.remaining(self._computed())
            if remaining == 0:
                killed = True
                self._kill()
            self._wait(max(remaining, _GLANCE))
        if self._handle is not None:
            os.close(self._handle)
        status, cpu = over
        return Ended(status, killed, *deadline.used(cpu), cpu)

    def _computed(self) -> float:
        """Its processor time so far, where the system tells (Linux); elsewhere 0, and its own alarm counts."""
        with suppress(OSError):
            return time.clock_gettime(~self.pid << 3 | 2)  # the clock's number as clock_getcpuclockid(3) makes it
        return 0.0

    def _over(self) -> tuple[int, float] | None:
        """Its wait status and processor time once it is dead, and with it whatever of its group it left where no
        filter forbade that."""
        if self._handle is None:
            pid, status, used = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self._kill()
            return (status, used.ru_utime + used.ru_stime) if pid else None
        if not self._wait(0):
            return None
        self._kill()  # before it is reaped, while nobody else can have its number
        _, status, used = os.wait4(self.pid, 0)
        return status, used.ru_utime + used.ru_stime

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
