"""Runs a reader's own file where the system has no fork, such as Windows: in a process of its own, without isolation.

What an answer then gets and gives is the same as in a `Sandbox`; what is missing are its layers. So it is for one's own
answers alone, and `grade` never uses it.
"""

import mmap
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from compare.sandbox import results, wire
from compare.sandbox.calls import (
    DEFAULT_LIMITS,
    Answer,
    Exercise,
    LeftOut,
    Limits,
    SourceFailure,
    too_large,
)
from compare.sandbox.endings import End, run_to_its_end
from compare.sandbox.run import SandboxError
from compare.sandbox.spawn import ROOT, SET, numpy_folder
from compare.sandbox.supervisor import Deadline

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from compare.sandbox import start; "
    "start.import_package('numpy', sys.argv[2]); "
    "from compare.sandbox import unisolated_child; unisolated_child.main(*sys.argv[1:])"
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
) -> End:
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
        return End(code, killed, seconds if killed else 0.0, wall, progress, tuple(results.unpack(data)))


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
