"""Starts the fresh interpreter: an exec, not a fork of the judge, whose memory holds what is expected."""

import os
import signal
import socket
import sys
from contextlib import suppress
from importlib.machinery import PathFinder

from compare.errors import Fault, no_module

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_START = (
    "import sys; root, numpy, *several = sys.argv[1:]; sys.path.insert(0, root); "
    "from compare.sandbox import start; start.main(root, numpy, bool(several))"
)
_FLAGS = ("-s", "-S", "-P", "-B", "-X", "utf8", "-W", "ignore")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")  # of linear algebra
SET = {"PYTHONHASHSEED": "0", **dict.fromkeys(THREADS, "1")}
_SIGNALS = (signal.SIGCHLD, signal.SIGALRM, signal.SIGPROF) if hasattr(signal, "SIGALRM") else ()  # not on Windows
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")  # without which some interpreters do not start


def can_isolate() -> bool:
    """Can a process be had here whose layers and end are ours: has this system fork, and what goes with it?"""
    return all(hasattr(os, name) for name in ("fork", "posix_spawn", "killpg")) and hasattr(socket, "send_fds")


def need_fork() -> None:
    """Raise `Fault` where no sandbox can be had."""
    if not can_isolate():
        raise Fault("no-fork", "")


def spawn(several: bool = False) -> tuple[socket.socket, int]:
    """The judge's end of the control socket, and the process: a zygote, or the origin of `several`. It gets a clean
    environment, its own process group (so that Ctrl-C is the judge's), and no descriptor but the socket.

    Raises `InputError` where there is no such thing.
    """
    need_fork()
    ours, theirs = socket.socketpair()
    actions = [
        (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3),
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    environment = SET | {name: os.environ[name] for name in _KEPT if name in os.environ}
    command = [sys.executable, *_FLAGS, "-c", _START, ROOT, numpy_folder(), *["several"] * several]
    with theirs:
        return ours, os.posix_spawn(
            sys.executable, command, environment,
            file_actions=actions, setpgroup=0, setsigmask=(), setsigdef=_SIGNALS,
        )  # fmt: skip


def numpy_folder() -> str:
    """NumPy's folder, found without importing it."""
    spec = PathFinder.find_spec("numpy")
    if spec is None or not spec.submodule_search_locations:
        raise no_module("numpy")
    return next(iter(spec.submodule_search_locations))


class Nursery:
    """One interpreter with NumPy for many sandboxes: the zygote of each is a fork of it, which starts in no time.
    Processes that are handed its `socket` can ask it for zygotes."""

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
