"""The program in the fresh interpreter: NumPy loaded once, then one fork a submission, watched to its end.

It knows the inputs of the exercises and nothing else: no expected value, no submission (a fork reads the source from a
sealed file that the zygote only passes on), none of the judge's environment.
"""

import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from typing import NoReturn

from compare.sandbox import child, requests, results
from compare.sandbox.requests import ENDED, READY, REPLY, REQUEST

CONTROL = 3  # the descriptor on which the judge speaks
GRACE = 0.1  # seconds between the student's own alarm, which knows the line, and the kill


def main() -> None:
    """Serve the judge until it hangs up."""
    control = socket.socket(fileno=CONTROL)
    say(control, READY, b"")
    exercises: Sequence[child.Prepared] = ()
    while True:
        data, files, _flags, _address = socket.recv_fds(control, REQUEST.size, 3)
        if not data:
            return
        first, fresh, seconds, memory, cpu = REQUEST.unpack(data)
        if fresh:
            exercises = [child.prepare(exercise) for exercise in requests.unpack(whole(files.pop()))]
        source, result = files
        pid = os.fork()
        if pid == 0:
            become_student(control, source, result, exercises, first, (seconds, memory, cpu))
        status, killed, used = watch(pid, control, result, seconds, len(exercises))
        for file in files:
            os.close(file)
        control.sendall(REPLY.pack(ENDED, status, killed, used))


def say(control: socket.socket, kind: int, text: bytes) -> None:
    control.sendall(REPLY.pack(kind, len(text), 0, 0) + text)


def whole(file: int) -> bytes:
    """All of a memory file, which is closed."""
    data = os.pread(file, os.fstat(file).st_size, 0)
    os.close(file)
    return data


def become_student(control, source, result, exercises, first, limits) -> NoReturn:
    """Read the source, put on every layer, run it."""
    try:
        os.setpgid(0, 0)
        data = whole(source)
        worker = child.Worker(result, limits[0])
        control.close()
        child.work(data, exercises, first, worker)
    finally:
        os._exit(0)


def watch(pid: int, control: socket.socket, result: int, seconds: float, count: int) -> tuple[int, int, int]:
    """Wait for the student's end, or bring it about. Returns wait status, whether it was killed for time, CPU time."""
    handle = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(control.fileno(), 0)  # POLLHUP alone: the judge is gone
    killed, phase, deadline = 0, -1, time.monotonic() + seconds + GRACE
    while True:
        ready = poll.poll(max(0.0, deadline - time.monotonic()) * 1000 + 1)
        if any(file == handle for file, _ in ready):
            break
        if ready:
            os.kill(pid, signal.SIGKILL)
            os._exit(0)
        progress = results.PROGRESS.unpack(os.pread(result, results.PROGRESS.size, 0))
        now = time.monotonic()
        if phase < progress[results.PHASE] <= count:
            phase = progress[results.PHASE]
            deadline = min(now, progress[results.STARTED] / 1e9) + seconds + GRACE
        if now >= deadline:
            killed = 1
            os.kill(pid, signal.SIGKILL)
            deadline = now + 3600
    os.close(handle)
    _, status, usage = os.wait4(pid, 0)
    return status, killed, int((usage.ru_utime + usage.ru_stime) * 1e9)


if __name__ == "__main__":
    main()
