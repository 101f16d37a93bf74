"""How much processor time and memory the judge's own work on one answer may take: the system ends the process that
takes more.

It is the system, since no handler of Python's runs while a regular expression or the parser of a file is at work: the
signal of the timer does what it does where nobody handles it. Whoever gave the work learns of the process's end.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, process_time, thread_time

SECONDS = 10.0  # of processor time for one answer; a thousand times what most take
MEMORY = 1 << 30  # bytes, beyond what the process has when it begins
SOONEST = 1e-3  # seconds; a timer of none is no timer

SPIN = 0.05  # seconds of processor time that tell whether the machine is busy

_lock = threading.Lock()
_ends: dict[int, float] = {}  # by thread, the process's time at which its present work must be over


@contextmanager
def processor_time(seconds: float = SECONDS) -> Iterator[None]:
    """End the process where what is done here takes longer. On a cluster, several threads may have each their work."""
    _set(process_time() + seconds)
    try:
        yield
    finally:
        _set(None)


def _set(end: float | None) -> None:
    with _lock:
        if end is None:
            del _ends[threading.get_ident()]
        else:
            _ends[threading.get_ident()] = end
        left = max(min(_ends.values()) - process_time(), SOONEST) if _ends else 0.0
        signal.setitimer(signal.ITIMER_PROF, left)


def memory(more: int = MEMORY) -> None:
    """From now on this process may take `more` bytes than it has. Only Linux says what it has."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # NumPy, where a history needs it, takes as much for each
    if sys.platform == "linux":
        import resource

        with open("/proc/self/statm", "rb") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (now + more, most))


def is_busy() -> bool:
    """Does this machine give who computes less than half of a processor, just now?"""
    started, computed = monotonic(), thread_time()
    while thread_time() - computed < SPIN:
        pass
    return monotonic() - started > 2 * SPIN
