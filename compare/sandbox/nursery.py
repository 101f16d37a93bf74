"""One interpreter with NumPy for many sandboxes: the zygote of each is a fork of it, which starts in no time."""

import os
import signal
import socket
from contextlib import suppress

from compare.sandbox.spawn import spawn


class Nursery:
    """The interpreter. Processes that are handed its `socket` can ask it for zygotes."""

    def __init__(self) -> None:
        self.socket, self._pid = spawn(several=True)

    def close(self) -> None:
        """End the interpreter. Zygotes that were born of it stay."""
        self.socket.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def zygote(nursery: socket.socket | None) -> tuple[socket.socket, int]:
    """The judge's end of a new zygote's control socket: of the nursery's, whose process is not ours to end (0), or of a
    fresh interpreter and that process, where there is no nursery any more. Raises `InputError` as `spawn` does."""
    if nursery is not None:
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError):
            socket.send_fds(nursery, [b"+"], [theirs.fileno()])
            return ours, 0
        ours.close()
    return spawn()
