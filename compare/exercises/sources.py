"""A student's answer as one Python source: a `.py` as it is, a notebook's code cells in their order.

Nothing is run and nothing is compiled here: a file from a stranger is only read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from compare.exercises.faults import Fault
from compare.typed import command

MOST_CODE = 1 << 20  # bytes
MOST_BYTES = {".py": MOST_CODE, ".ipynb": 32 << 20}  # a notebook carries its pictures

UTF16 = (b"\xff\xfe", b"\xfe\xff")  # how its files begin: those of `>` in PowerShell, say


class Place(NamedTuple):
    """A line as the student sees it.

    `cell` counts a notebook's code cells from 1, is 0 where it is not known which, and `None` in a `.py`.
    """

    cell: int | None
    line: int


class Source(NamedTuple):
    """One Python source. `starts[k]` is the first line of code cell k + 1; a `.py` has none."""

    name: str
    text: bytes
    starts: tuple[int, ...] = ()

    def place(self, line: int) -> Place:
        """Where line `line` (from 1) of the source stands in the student's file."""
        cell = sum(start <= line for start in self.starts)
        return Place(cell, line - self.starts[cell - 1] + 1) if cell else Place(None, line)


def read(path: Path) -> Source:
    """The source in `path`, a `.py` or an `.ipynb`. Raises `Fault` where it cannot be read."""
    return from_bytes(path.name, read_capped(path, MOST_BYTES))


def from_bytes(name: str, data: bytes) -> Source:
    """The source in `data`, the content of a file called `name`. Raises `Fault` where it cannot be read."""
    if not name.lower().endswith(".ipynb"):
        if data.startswith(UTF16):
            raise Fault("utf16", name)
        return Source(name, capped(name, data, MOST_CODE))
    from compare.exercises import notebooks  # costs its imports only where there is a notebook

    cells = notebooks.code_cells(name, capped(name, data, MOST_BYTES[".ipynb"]))
    capped(name, "".join(cells).encode("utf-8", "replace"), MOST_CODE)
    return Source(name, *notebooks.to_python(cells))


def read_capped(path: Path, most: Mapping[str, int]) -> bytes:
    """The bytes of the regular file `path`, at most `most[suffix]` of them. Raises `Fault` otherwise."""
    suffix = path.suffix.lower()
    if suffix not in most:
        raise Fault("unknown-kind", path, suffixes=" ".join(most))
    try:
        if path.exists() and not path.is_file():
            raise Fault("not-a-file", path, suffix=suffix)
        with path.open("rb") as file:
            return capped(str(path), file.read(most[suffix] + 1), most[suffix])
    except FileNotFoundError:
        raise Fault("not-found", path, new=command("new", path)) from None
    except (OSError, ValueError) as error:  # a ValueError where the name holds a null
        raise Fault("not-readable", path, reason=error) from None


def capped(name: str, data: bytes, most: int) -> bytes:
    """`data` itself, unless it is longer than `most` bytes: then `Fault`."""
    if len(data) > most:
        raise Fault("too-large", name, megabytes=f"{most / 2**20:g}")
    return data
