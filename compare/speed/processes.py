"""What is measured of whole processes: the time of the commands that people wait for, and the memory of the pass.

A command is timed beside the bare import that it cannot do without. The pass goes over data that do not fit, two sparse
`.npy` files: the pages already read are given back as it goes on; the files keep them. What that buys: 42 MB stay
resident where without it all 8 GB would, as far as the machine has room.
"""

import json
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib import util
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap

from compare.speed import pinned
from compare.speed.measurement import Call, interleaved
from compare.speed.records import Footprint

ANSWERS = 500
RIGHT = "from compare.exercises import course; from compare.exercises.reference import tasks; " \
    "print(tasks.solution(course.read()).decode())"  # fmt: skip
MISTAKES = (  # five small ones, planted in the reference as an answer
    ("mean((yp - y) ** 2)", "sum((yp - y) ** 2)"),
    ("2 * (yp - y) / len(y)", "(yp - y) / len(y)"),
    ("return (dw, db)", "return (db, dw)"),
    ("b - lr * db", "b + lr * db"),
    ("momentum * v + dp", "momentum * v + (1 - momentum) * dp"),
)

WHOLE, QUICK = 8 * 10**9, 10**9  # bytes of data
EVERY = 10**6  # rows between two that are not zero
ROWS = 2**19  # rows of a chunk: 4 MB of each file
PROGRAM = "from compare.speed.processes import child; child()"


def seconds(count: int) -> Mapping[str, float]:
    """The median over so many interleaved rounds of the time of each command, and of the bare imports.

    One round alone is not warmed up, two or more are.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "right.py").write_text(answers(), encoding="utf-8")
        (folder / "wrong.py").write_text(planted(), encoding="utf-8")
        commands = {
            "import torch": ("-c", "import torch"),
            "compare": ("-m", "compare", "--no-figures"),
            "compare, figures": ("-m", "compare", "--figures", str(folder / "figures")),
            "import numpy": ("-c", "import numpy"),
            "check, all right": ("-m", "compare", "check", str(folder / "right.py")),
            "check, five mistakes": ("-m", "compare", "check", str(folder / "wrong.py")),
        }
        runs = {name: _run(arguments) for name, arguments in commands.items()}
        taken = interleaved(runs, count + (count > 1))
        return {name: median(values[count > 1 :]) for name, values in taken.items()}


def answers_a_second() -> float:
    """How many ordinary answers `grade` grades a second, one job."""
    with tempfile.TemporaryDirectory() as name:
        given = Path(name, "given")
        given.mkdir()
        for number in range(ANSWERS):
            (given / f"student{number}.py").write_text(f"{answers()}\n# {number}\n", encoding="utf-8")
        arguments = ("-m", "compare", "grade", str(given), "--out", str(Path(name, "out")), "--jobs", "1")
        (taken,) = interleaved({"grade": _run(arguments)}, 1)["grade"]
    return ANSWERS / taken


def _run(arguments: Sequence[str]) -> Call:
    def run() -> None:
        done = subprocess.run([sys.executable, *arguments], env=pinned.environment(), capture_output=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")

    return run


def answers() -> str:
    """Our own, all right."""
    return subprocess.run([sys.executable, "-c", RIGHT], capture_output=True, text=True, check=True).stdout


def planted() -> str:
    """The same with five mistakes."""
    text = answers()
    for right, wrong in MISTAKES:
        assert right in text, right
        text = text.replace(right, wrong)
    return text


def memory(size: int) -> Footprint | None:
    """Pass over `size` bytes of x and y on disk; None where the disk has no room or the platform cannot tell."""
    with tempfile.TemporaryDirectory(dir=_disk()) as folder:
        if util.find_spec("resource") is None or shutil.disk_usage(folder).free < size:
            return None
        rows = size // 16
        for name in "xy":
            array = open_memmap(Path(folder, f"{name}.npy"), mode="w+", dtype=np.float64, shape=(rows,))
            array[::EVERY] = np.arange(-(-rows // EVERY))
            array.flush()
            del array
        done = subprocess.run([sys.executable, "-c", PROGRAM, folder], capture_output=True, text=True, check=True)
        seen: dict[str, Any] = json.loads(done.stdout)
    return Footprint(size, seen["resident"], seen["seconds"], _exact(rows) == (seen["sxx"], seen["sxy"]))


def child() -> None:
    """In the process that is measured: pass, then say what it took."""
    from manual.statistics import measure_chunks

    x, y = (np.load(Path(sys.argv[1], f"{name}.npy"), mmap_mode="r") for name in "xy")
    started = time.perf_counter()
    s = measure_chunks(_chunks(x, y))
    seconds = time.perf_counter() - started
    json.dump({"resident": _largest(), "seconds": seconds, "sxx": round(s.sxx), "sxy": round(s.sxy)}, sys.stdout)


def _chunks(x: Any, y: Any) -> Iterator[tuple[Any, Any]]:
    for start in range(0, len(y), ROWS):
        yield x[start : start + ROWS], y[start : start + ROWS]
        for mapped in (x, y):
            mapped.base.madvise(mmap.MADV_DONTNEED)


def _largest() -> int:
    """The largest resident set so far, in bytes; on Linux VmHWM, as getrusage counts the forked parent as well."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def _exact(rows: int) -> tuple[int, int]:
    """The centred sum of squares of 0 … k - 1 among zeros, rounded; x and y are the same."""
    k = -(-rows // EVERY)
    squares, total = (k - 1) * k * (2 * k - 1) // 6, k * (k - 1) // 2
    centred = round((squares * rows - total * total) / rows)
    return centred, centred


def _disk() -> str | None:
    """Where temporary files lie on a disk: /tmp may be memory."""
    return "/var/tmp" if os.path.isdir("/var/tmp") else None
