"""The program in the fresh interpreter: NumPy loaded once, then one fork a submission, watched to its end.

It knows the inputs of the exercises and nothing else: no expected value, no submission (a fork reads the source from a
sealed file that the zygote only passes on), none of the judge's environment.
"""

import gc
import os
import signal
import socket
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from compare.sandbox import results, start, student, wire
from compare.sandbox.calls import LeftOut
from compare.sandbox.jail import Jail, Limit
from compare.sandbox.supervisor import Deadline, Watched
from compare.sandbox.wire import ENDED, FAULT, READY, REPLY, REQUEST, layers_text, message
from compare.sandbox.worker import Worker

_exit = os._exit  # bound here: a student may put something else in its place


class Request(NamedTuple):
    """One fork's work: the exercises from number `first` on, in the source in a file."""

    first: int
    exercises: Sequence[student.Prepared]
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
    slots: dict[int, Sequence[student.Prepared]] = {}
    spare, worker = start.preloaded(), Worker()
    while True:
        data, files, _flags, _address = socket.recv_fds(control, REQUEST.size, 3)
        if not data:
            return
        first, slot, fresh, seconds, until, space, cpu, *left_out = REQUEST.unpack(data)
        if fresh:
            student.release(slots.get(slot, ()))
            slots[slot] = student.prepare(wire.whole(files[2]))
            gc.freeze()  # so that a collection in a fork does not touch, and thereby copy, what is shared
        worker.open(files[1], seconds, until)
        size, limits = os.fstat(files[0]).st_size, jail.limits(space, cpu)
        request = Request(first, slots[slot], wire.left_out(*left_out), files[0], size, limits, os.getpid())
        pid = os.fork()
        if pid == 0:
            become_student(control, jail, request, worker)
        deadline = Deadline(worker.progress, seconds, until, results.FIRST_EXERCISE + len(slots[slot]))
        ended = Watched(pid, control.fileno()).end(deadline)
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
