"""The files of a folder. Nothing is followed: a link, a pipe or a device is refused by name."""

import errno
import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from compare.grading.entries import ENTRY_LIMIT, FILE_LIMIT, Entry, Refused, refused, shown
from compare.grading.faults import Fault

FLAWS = {errno.ELOOP: "link", errno.EMLINK: "link", errno.ENXIO: "special"}


def entries(folder: Path, except_in: Path | None = None) -> Iterator[Entry]:
    """Every file below `folder` in the order of their names, without those in `except_in`, our own output if any.

    Raises `Fault` where the folder cannot be listed or holds more than `ENTRY_LIMIT` files.
    """
    try:
        os.listdir(folder)
    except OSError as error:
        raise Fault("not-listed", folder, reason=error.strerror) from error
    left_aside = os.path.realpath(except_in) if except_in else None
    for count, entry in enumerate(_walk(str(folder), "", left_aside)):
        if count >= ENTRY_LIMIT:
            raise Fault("too-many-files", folder, most=ENTRY_LIMIT)
        yield entry


def _walk(root: str, below: str, except_in: str | None) -> Iterator[Entry]:
    try:
        found = sorted(os.scandir(os.path.join(root, below)), key=lambda item: item.name)
    except OSError:
        yield refused(shown(below), "unreadable")
        return
    for item in found:
        path = f"{below}/{item.name}" if below else item.name
        if not item.is_dir(follow_symlinks=False):
            yield Entry(shown(path), partial(read, item.path), "link" if item.is_symlink() else None)
        elif os.path.realpath(item.path) != except_in:
            yield from _walk(root, path, except_in)


def read(path: str) -> bytes:
    """The bytes of a plain file of at most `FILE_LIMIT` bytes. Raises `Refused` for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Refused("special")
            source = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise Refused(FLAWS.get(error.errno or 0, "unreadable")) from error
    if len(source) > FILE_LIMIT:
        raise Refused("too-large")
    return source
