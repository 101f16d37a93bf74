"""Files of this machine: those handed in, of which nothing is followed (a link, a pipe or a device is refused by name),
and our own, written whole or not at all."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from compare.grading import Fault
from compare.grading.entries import ENTRY_LIMIT, FILE_LIMIT, Entry, Refused, refused, shown

SIZE = 16 << 10  # bytes; a student's file has a multiple of it, and nearly always this
PARTIAL = ".partial"  # one a folder, as one grader writes in it: what a death leaves behind is overwritten by the next
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


def write(path: Path, chunks: Iterable[str]) -> None:
    """Write `chunks` as UTF-8 to `path`, which afterwards is as it was or whole, even if the machine dies meanwhile."""
    partial = path.with_name(PARTIAL)
    with partial.open("wb") as file:
        file.writelines(chunk.encode("utf-8", "backslashreplace") for chunk in chunks)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def write_small(path: str, text: str) -> None:
    """Write one of thousands of small files: whole or not at all, and not at all where it is there already. Its folder
    is made where there is none.

    Spaces at its end make the files of a class one size: a program may learn how large a file is that it cannot read.

    It does not wait for the disk, which would cost more than the grading. Should the machine lose its power, a file may
    be lost; the next run writes it again.
    """
    data = _of_one_size(text.encode("utf-8", "backslashreplace"))
    if _holds(path, data):
        return
    folder = os.path.dirname(path)
    partial = f"{folder}/{PARTIAL}"  # no Path, which would take as long as the writing
    if not os.path.isdir(folder):
        os.makedirs(folder)
    with open(partial, "wb") as file:
        file.write(data)
    os.replace(partial, path)


def _of_one_size(data: bytes) -> bytes:
    return data + b" " * (-len(data) % SIZE)


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except FileNotFoundError:
        return False
