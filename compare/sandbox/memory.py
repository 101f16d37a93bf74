"""Nameless files in memory: sealed where the kernel can, so that what was read once cannot change afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def sealed(data: bytes) -> int:
    """A descriptor of a file that holds `data` and can never be changed again."""
    file = _create(data)
    _seal(file, "F_SEAL_WRITE", "F_SEAL_GROW", "F_SEAL_SHRINK", "F_SEAL_SEAL")
    return file


def blank(size: int) -> int:
    """A descriptor of a file of `size` zeros, which can be written but neither grow nor shrink."""
    file = _create(b"")
    os.ftruncate(file, size)
    _seal(file, "F_SEAL_GROW", "F_SEAL_SHRINK")
    return file


def close_for_writing(file: int) -> None:
    """Seal it against writing. Raises `OSError` where a process still maps it, which none may."""
    _seal(file, "F_SEAL_WRITE")


@contextmanager
def closing(file: int) -> Iterator[int]:
    """The file, closed in the end."""
    try:
        yield file
    finally:
        os.close(file)


def whole(file: int) -> bytes:
    """All of a file."""
    return os.pread(file, os.fstat(file).st_size, 0)


def _create(data: bytes) -> int:
    if not hasattr(os, "memfd_create"):  # not Linux: a file without a name will do
        import tempfile  # costs more than all the rest here

        with tempfile.TemporaryFile(buffering=0) as temporary:
            temporary.write(data)
            return os.dup(temporary.fileno())
    file = os.memfd_create("", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with open(file, "wb", buffering=0, closefd=False) as opened:
        opened.write(data)
    return file


def _seal(file: int, *names: str) -> None:
    if hasattr(os, "memfd_create"):
        import fcntl  # which Windows lacks, where this file must still be importable

        fcntl.fcntl(file, fcntl.F_ADD_SEALS, sum(getattr(fcntl, name) for name in names))
