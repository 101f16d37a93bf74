"""Runs a reader's own file where the system has no fork, such as Windows: in a process of its own, without isolation.
`Unisolated` starts it, `main` is its program, whose clock needs no signal.

What an answer then gets and gives is the same as in a `Sandbox`; what is missing are its layers. So it is for one's own
answers alone, and `grade` never uses it.
"""

import mmap
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Self

from compare.sandbox import forms, results, start, student, wire
from compare.sandbox.calls import DEFAULT_LIMITS, Answer, Exercise, LeftOut, Limits, SourceFailure, too_large
from compare.sandbox.results import COMPUTED_ENOUGH, WAITED_ENOUGH
from compare.sandbox.run import SandboxError, run_to_its_end
from compare.sandbox.start import ROOT, SET, numpy_folder
from compare.sandbox.worker import Deadline, Worker

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from compare.sandbox import start; "
    "start.import_package('numpy', sys.argv[2]); "
    "from compare.sandbox import unisolated; unisolated.main(*sys.argv[1:])"
)
_FLAGS = ("-s", "-P", "-B", "-X", "utf8", "-W", "ignore")


class Unisolated:
    """In the place of a `Sandbox`, for one's own file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing of it is left: each run ends its own processes."""

    def run(
        self, source: bytes, exercises: Sequence[Exercise], limits: Limits = DEFAULT_LIMITS
    ) -> tuple[Answer, ...] | SourceFailure:
        """One answer an exercise, in order. Of `limits`, only those of time hold. Raises `InputError` without NumPy,
        `SandboxError` where no process can be had."""
        if failure := too_large(source):
            return failure
        until = time.monotonic() + limits.longest
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / "source").write_bytes(source)
            (folder / "exercises").write_bytes(wire.pack(exercises))
            phases = results.FIRST_EXERCISE + len(exercises)
            return run_to_its_end(
                exercises,
                limits.seconds,
                lambda first, left_out: _attempt(folder, phases, first, left_out, limits.seconds, until),
            )


def _attempt(
    folder: Path, phases: int, first: int, left_out: LeftOut | None, seconds: float, until: float
) -> results.End:
    """One process, from exercise `first` on, without the statement `left_out`. Raises `SandboxError` where it did not
    even come to the source.

    Its own clock counts its processor time. It is killed where that clock has not come to its turn: it was computing.
    """
    with (folder / "result").open("w+b") as file, (folder / "said").open("w+b") as said:
        file.truncate(results.SIZE)
        with mmap.mmap(file.fileno(), results.SIZE) as memory:
            without = map(str, wire.without(left_out))
            command = [sys.executable, *_FLAGS, "-c", _START, ROOT, numpy_folder()]
            process = subprocess.Popen(
                [*command, str(folder), str(first), str(seconds), str(until), *without],
                cwd=folder, env={**os.environ, **SET}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
            )  # fmt: skip
            code, killed, wall = _watched(process, memory, phases, seconds, until)
            progress = results.PROGRESS.unpack_from(memory)
            data = memory[results.FIRST_RECORD : results.FIRST_RECORD + results.length(progress)]
        if progress[results.PHASE] == results.PREPARING:
            said.seek(0)
            raise SandboxError(results.clean(said.read()[-300:]) or f"exit {code}")
        return results.End(code, killed, seconds if killed else 0.0, wall, progress, tuple(results.unpack(data)))


def _watched(
    process: "subprocess.Popen[bytes]", memory: mmap.mmap, phases: int, seconds: float, until: float
) -> tuple[int, bool, float]:
    """Its exit code, whether it was killed for its time, and how long its last phase took. It is not left running."""
    with memoryview(memory) as whole, whole[: results.PROGRESS.size] as part, part.cast("q") as progress:
        deadline = Deadline(progress, seconds, until, phases)
        try:
            while remaining := deadline.remaining(0.0):
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(remaining), False, deadline.used(0.0)[1]
            process.kill()
            return process.wait(), True, deadline.used(0.0)[1]
        finally:
            process.kill()
            process.wait()


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
    exercises = forms.prepare((place / "exercises").read_bytes())
    worker = Clocked()
    with (place / "result").open("r+b") as result:
        worker.open(result.fileno(), float(seconds), float(until))
    worker.source = (place / "source").read_bytes()
    start.make_chance_repeatable(worker.source)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what is said from here on is the answer's
    student.work(exercises, int(first), wire.left_out(*map(int, left_out)), worker)
    os._exit(0)
