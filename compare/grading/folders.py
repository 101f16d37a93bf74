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


def entries(folder: Path) -> Iterator[Entry]:
    """Every file below `folder` in the order of their names, however deep.

    Raises `Fault` where the folder cannot be listed or holds more than `ENTRY_LIMIT` files and folders.
    """
    try:
        os.listdir(folder)
    except OSError as error:
        raise Fault("not-listed", folder, reason=error.strerror) from error
    for count, entry in enumerate(_walk(str(folder))):
        if count >= ENTRY_LIMIT:
            raise Fault("too-many-files", folder, most=ENTRY_LIMIT)
        if entry is not None:
            yield entry


def _walk(root: str) -> Iterator[Entry | None]:
    """Each file's entry, and None for each folder: by a list of what is left, for recursion ends at a thousand."""
    left = _within(root, "")
    while left:
        item, path = left.pop()
        if item is None:
            yield refused(shown(path), "unreadable")
        elif item.is_dir(follow_symlinks=False):
            yield None
            left += _within(root, path)
        else:
            yield Entry(shown(path), partial(read, item.path), "link" if item.is_symlink() else None)


def _within(root: str, below: str) -> list[tuple[os.DirEntry[str] | None, str]]:
    """What lies in one folder, each with its path below `root`, the last name first; no item where it is closed."""
    try:
        found = sorted(os.scandir(os.path.join(root, below)), key=lambda item: item.name, reverse=True)
    except OSError:
        return [(None, below)]
    return [(item, f"{below}/{item.name}" if below else item.name) for item in found]


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
