"""Copies of the checkout to break, one for each process that tries mutants."""

import compileall
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode

LEFT_OUT = (".git", ".venv", "build", "__pycache__", ".hypothesis")


@contextmanager
def copies(kit: Path, count: int) -> Iterator[list[Path]]:
    """So many copies of the checkout, in memory where there is a file system in memory."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        first, *others = folders = [Path(scratch) / str(number) for number in range(count)]
        shutil.copytree(kit, first, ignore=shutil.ignore_patterns(*LEFT_OUT))
        _compile(first)
        for folder in others:
            shutil.copytree(first, folder)
        yield folders


def _compile(folder: Path) -> None:
    """A compiled file counts only as long as its source is the same to the byte, however fast that changes."""
    for part in ("manual", "compare", "torch_impl", "tests"):
        mode = PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(folder / part, quiet=2, invalidation_mode=mode, workers=os.cpu_count() or 1)
