"""The program in the process of an unisolated answer: it finds what it finds in the sandbox, and its clock needs no
signal."""

import os
import sys
import threading
import time
from math import inf
from pathlib import Path

from compare.sandbox import start, student, wire
from compare.sandbox.results import COMPUTED_ENOUGH, WAITED_ENOUGH
from compare.sandbox.worker import Worker

_TICK = 0.02  # seconds between looks at the clocks
# Bound here: a student may put something else in their places.
_sleep, _clock, _computed, _frames = time.sleep, time.monotonic, time.process_time, sys._current_frames


class Clocked(Worker):
    """A worker whose clock is a thread: where there is no fork, there is no alarm either."""

    def set_clock(self) -> None:
        self._due = self._by_clock = inf
        self._runs = threading.get_ident()
        threading.Thread(target=self._tick, daemon=True).start()

    def wind_clock(self, now: float) -> None:
        self._due, self._by_clock = _computed() + self.seconds, max(now + self.seconds, self.until)

    def _tick(self) -> None:
        while True:
            _sleep(_TICK)
            if _computed() > self._due:
                self.late(COMPUTED_ENOUGH, _frames()[self._runs])
            if _clock() > self._by_clock:
                self.late(WAITED_ENOUGH, _frames()[self._runs])


def forget_packages() -> None:
    """Leave nothing importable but the standard library: `site`, which the sandbox does without, is loaded here."""
    homes = {os.path.normcase(home) for home in (sys.base_prefix, sys.base_exec_prefix)}
    standard = (path for path in sys.path if "-packages" not in path)
    sys.path[:] = [path for path in standard if os.path.normcase(path).startswith(tuple(homes))]
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder.__module__.startswith("_frozen_importlib")]


def main(root: str, _numpy: str, folder: str, first: str, seconds: str, until: str, *left_out: str) -> None:
    """Do the exercises from number `first` on that lie in `folder`, and leave the result there."""
    start.forget(root)
    forget_packages()
    place = Path(folder)
    exercises = student.prepare((place / "exercises").read_bytes())
    worker = Clocked()
    with (place / "result").open("r+b") as result:
        worker.open(result.fileno(), float(seconds), float(until))
    worker.source = (place / "source").read_bytes()
    start.make_chance_repeatable(worker.source)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what is said from here on is the answer's
    student.work(exercises, int(first), wire.left_out(*map(int, left_out)), worker)
    os._exit(0)
