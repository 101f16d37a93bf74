"""How much memory the pass needs for data that do not fit: two sparse `.npy` files, in a process of its own.

The pages already read are given back as the pass goes on; the files keep them. What it buys: 42 MB stay resident where
without it all 8 GB would, as far as the machine has room.
"""

import json
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.format import open_memmap

WHOLE, QUICK = 8 * 10**9, 10**9  # bytes of data
EVERY = 10**6  # rows between two that are not zero
ROWS = 2**19  # rows of a chunk: 4 MB of each file
PROGRAM = "from compare.speed.memory import child; child()"


class Memory(NamedTuple):
    """Bytes of data on disk, largest resident set in bytes, seconds of the pass, and whether its answer is exact."""

    data: int
    resident: int
    seconds: float
    exact: bool


def measure(size: int) -> Memory | None:
    """Pass over `size` bytes of x and y on disk; None where the disk has no room or the platform cannot tell."""
    with tempfile.TemporaryDirectory(dir=_disk()) as folder:
        if find_spec("resource") is None or shutil.disk_usage(folder).free < size:
            return None
        rows = size // 16
        for name in "xy":
            array = open_memmap(Path(folder, f"{name}.npy"), mode="w+", dtype=np.float64, shape=(rows,))
            array[::EVERY] = np.arange(-(-rows // EVERY))
            array.flush()
            del array
        done = subprocess.run([sys.executable, "-c", PROGRAM, folder], capture_output=True, text=True, check=True)
        seen: dict[str, Any] = json.loads(done.stdout)
    return Memory(size, seen["resident"], seen["seconds"], _exact(rows) == (seen["sxx"], seen["sxy"]))


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
