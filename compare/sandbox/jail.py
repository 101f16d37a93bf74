"""The layers around a student's process: which of them this machine has, and putting them on.

Landlock, `no_new_privs` and the limits that are everybody's are put on once, by the zygote, which needs nothing that
they deny; the rest by every fork. What can be prepared for that, the zygote prepares: each page of memory that a fork
touches costs it a copy. A layer that the machine has must hold: a failure to put it on ends the fork before any foreign
line runs.
"""

import os
import resource
import signal
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from glob import glob

from compare.sandbox import kernel, results
from compare.sandbox.calls import LAYERS, Layer

NOBODY = 65534
_KILL = int(signal.SIGKILL)
_PAGE = resource.getpagesize()
_CLOSED = ("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE")  # to zero, where the system has them
_MOST_FILES = 32
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")

Limit = tuple[int, tuple[int, int]]  # a resource, and its soft and hard limit


class Jail:
    """What the zygote found out about its machine."""

    def __init__(self, numpy: str) -> None:
        self._numpy = numpy
        self.root = os.geteuid() == 0
        self.landlock = kernel.landlock_version()
        self.filter = kernel.Filter(kernel.MACHINE) if kernel.takes_filters() else None
        self._private = not all(map(_open_to_all, filter(os.path.isdir, (*sys.path, numpy))))
        self._statm = open("/proc/self/statm", "rb", buffering=0) if kernel.MACHINE else None  # noqa: SIM115 - stays open

    def layers(self) -> list[Layer]:
        """In the order of their importance."""
        user = f"uid {NOBODY if self.root else os.geteuid()}"
        reads_all = self._private and not self.landlock
        found = {
            "files": (self.landlock > 0, f"Landlock {self.landlock}"),
            "system-calls": (self.filter is not None, "seccomp"),
            "privileges": (bool(kernel.MACHINE), "no_new_privs"),
            "user": (not self.root or (_can_become_nobody() and not reads_all), user),
            "memory": (self._statm is not None, "RLIMIT_AS"),
            "orphans": (bool(kernel.MACHINE), "PR_SET_PDEATHSIG"),
            "supervision": (hasattr(os, "pidfd_open"), "pidfd"),
            "sealed-memory": (hasattr(os, "memfd_create"), "memfd"),
        }
        return [Layer(name, *found[name]) for name in LAYERS]

    def enclose(self) -> None:
        """For the zygote and all its forks: no new privileges, no file but Python's own, few and small files. Raises
        `OSError` or `ValueError`."""
        if kernel.MACHINE:
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        if self.landlock:
            kernel.restrict_to(readable(self._numpy))
        closed = [_lowered(getattr(resource, name), 0) for name in _CLOSED if hasattr(resource, name)]
        opened = _lowered(resource.RLIMIT_NOFILE, _MOST_FILES), _lowered(resource.RLIMIT_FSIZE, results.SIZE)
        _set((*closed, *opened))

    def limits(self, memory: int, cpu: int) -> list[Limit]:
        """What the next fork may use: `memory` bytes more than this process uses now, `cpu` seconds, no process."""
        limits = [_lowered(resource.RLIMIT_NPROC, 0), _lowered(resource.RLIMIT_CPU, cpu)]
        if self._statm is not None:
            used = int(os.pread(self._statm.fileno(), 64, 0).split()[0]) * _PAGE
            limits.append(_lowered(resource.RLIMIT_AS, used + memory + results.SIZE))
        return limits

    def lock(self, zygote: int, limits: Iterable[Limit]) -> None:
        """For one fork, in this order: the filter denies what the others need. Raises `OSError` or `ValueError`."""
        _set(limits)
        if self.root:
            self._become_nobody()
        if kernel.MACHINE:
            kernel.prctl(kernel.PR_SET_PDEATHSIG, _KILL)  # after the change of user, which clears it
        if os.getppid() != zygote:  # it died before that
            os._exit(1)
        if self.filter is not None:
            self.filter.install()

    def _become_nobody(self) -> None:
        """Where Python lies in a folder that only root may enter, reading stays allowed: what, Landlock says; without
        Landlock, everything. Raises `OSError` where there is no such permission: an answer could import nothing then.
        """
        keep = self._private
        if keep and not kernel.MACHINE:
            raise OSError(f"{sys.prefix} lies in a folder that only root may enter; answers cannot import from it")
        if keep:
            kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)  # of root, also the effective and the saved one, on every POSIX system
        if keep:
            kernel.keep_reading()


def _lowered(limit: int, value: int) -> Limit:
    """The limit at that value for good; one that is lower already stays."""
    hard = resource.getrlimit(limit)[1]
    lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
    return limit, (lowest, lowest)


def _set(limits: Iterable[Limit]) -> None:
    for limit, values in limits:
        resource.setrlimit(limit, values)


def _open_to_all(folder: str) -> bool:
    """May every user enter this folder and all above it?"""
    path = os.path.realpath(folder)
    while path != os.path.dirname(path):
        if not os.stat(path).st_mode & stat.S_IXOTH:
            return False
        path = os.path.dirname(path)
    return True


def _can_become_nobody() -> bool:
    """Tried in a fork: a container may have no such user."""
    pid = os.fork()
    if pid == 0:
        with suppress(OSError):
            os.setuid(NOBODY)
            os._exit(0)
        os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def readable(numpy: str) -> Iterator[str]:
    """The standard library without the packages installed beside it, NumPy, and the system's libraries."""
    for folder in filter(os.path.isdir, sys.path):
        yield from (entry.path for entry in os.scandir(folder) if not entry.name.endswith("-packages"))
    yield numpy
    yield f"{numpy}.libs"
    yield "/etc/ld.so.cache"
    for folder in (*_LIBRARIES, f"{sys.base_prefix}/lib"):
        yield from glob(f"{folder}/*.so*")
        yield from glob(f"{folder}/*-linux-*")
