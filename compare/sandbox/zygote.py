"""The program in the fresh interpreter: NumPy loaded once, then one fork a submission, watched to its end.

It knows the inputs of the exercises and nothing else: no expected value, no submission (a fork reads the source from a
sealed file that the zygote only passes on), none of the judge's environment.
"""

import gc
import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple, NoReturn

from compare.sandbox import forms, results, start, student, wire
from compare.sandbox.calls import LeftOut
from compare.sandbox.jail import Jail, Limit
from compare.sandbox.wire import ENDED, FAULT, READY, REPLY, REQUEST, layers_text, message
from compare.sandbox.worker import Deadline, Worker

_GLANCE = 0.005  # seconds between looks where the kernel has no pidfd to wait on
_exit = os._exit  # bound here: a student may put something else in its place


class Request(NamedTuple):
    """One fork's work: the exercises from number `first` on, in the source in a file."""

    first: int
    exercises: Sequence[forms.Prepared]
    left_out: LeftOut | None
    source: int
    size: int
    limits: list[Limit]
    zygote: int


def born(judges: socket.socket) -> socket.socket:
    """Fork for every control socket that a judge sends. Returns in the forks alone, each with its own."""
    for _ in start.preloaded():
        pass
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a zygote ended
    while True:
        _, files, _flags, _address = socket.recv_fds(judges, 1, 1)
        if not files:
            _exit(0)
        if os.fork() == 0:
            judges.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return socket.socket(fileno=files[0])
        os.close(files[0])


def main(control: socket.socket, numpy: str) -> None:
    """Serve the judge until it hangs up. `numpy` is NumPy's folder. Raises `OSError` where a layer fails."""
    jail = Jail(numpy)
    jail.enclose()
    control.sendall(message(READY, layers_text(jail.layers())))
    gc.freeze()
    gc.enable()  # for the forks
    serve(control, jail)


def serve(control: socket.socket, jail: Jail) -> None:
    slots: dict[int, Sequence[forms.Prepared]] = {}
    spare, worker = start.preloaded(), Worker()
    while True:
        data, files, _flags, _address = socket.recv_fds(control, REQUEST.size, 3)
        if not data:
            return
        first, slot, fresh, seconds, until, space, cpu, *left_out = REQUEST.unpack(data)
        if fresh:
            forms.release(slots.get(slot, ()))
            slots[slot] = forms.prepare(wire.whole(files[2]))
            gc.freeze()  # so that a collection in a fork does not touch, and thereby copy, what is shared
        worker.open(files[1], seconds, until)
        size, limits = os.fstat(files[0]).st_size, jail.limits(space, cpu)
        request = Request(first, slots[slot], wire.left_out(*left_out), files[0], size, limits, os.getpid())
        pid = os.fork()
        if pid == 0:
            become_student(control, jail, request, worker)
        deadline = Deadline(worker.progress, seconds, until, results.FIRST_EXERCISE + len(slots[slot]))
        ended = Fork(pid, control.fileno()).end(deadline)
        worker.close()
        for file in files:
            os.close(file)
        control.sendall(REPLY.pack(ENDED, *ended))
        if next(spare, spare) is not spare:  # while the judge is busy with what it got
            gc.freeze()


def become_student(control: socket.socket, jail: Jail, request: Request, worker: Worker) -> NoReturn:
    """In the fork: take what is needed, put on every layer, close everything, run the source."""
    try:
        os.setpgid(0, 0)
        worker.source = os.pread(request.source, request.size, 0)
        start.make_chance_repeatable(worker.source)
        jail.lock(request.zygote, request.limits)
    except BaseException as error:
        control.sendall(message(FAULT, f"{type(error).__name__}: {error}"))
        os._exit(1)
    try:
        os.closerange(3, 1 << 16)
        student.work(request.exercises, request.first, request.left_out, worker)
    finally:
        _exit(0)


class Reaped(NamedTuple):
    """How a process ended: its wait status, whether it was killed for its time, what its last phase had used, and the
    processor time of all of them."""

    status: int
    killed: bool
    cpu: float
    wall: float
    computed: float


class Fork:
    """A student's process, which is the leader of its own group, and the judge at the other end of a socket."""

    def __init__(self, pid: int, judge: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        self._poll = select.poll()
        self._poll.register(judge, 0)  # hang-up alone
        if self._handle is not None:
            self._poll.register(self._handle, select.POLLIN)

    def end(self, deadline: Deadline) -> Reaped:
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
        return Reaped(status, killed, *deadline.used(cpu), cpu)

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
