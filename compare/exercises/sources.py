"""A student's answer as one Python source: a `.py`, or a notebook's code cells in their order, each line in its place.

Nothing is run and nothing is compiled here: a file from a stranger is only read.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from compare.exercises import Fault
from compare.exercises.findings import READ_WITHOUT
from compare.typed import command

MOST_CODE = 1 << 20  # bytes
MOST_BYTES = {".py": MOST_CODE, ".ipynb": 32 << 20}  # a notebook carries its pictures

# Where none of these is, a `.py` holds nothing that was meant for Jupyter, a prompt or a page, and only plain signs.
_PASTED = re.compile(
    rb"^[ \t]*+(?:[%!?]|```|>>>|(?:In|Out) ?\[|[\w.*%, ]++(?:=[ \t]*+[%!?]|\?))"
    rb"|\xc2\xa0|\xe3\x80\x80|\xe2\x80[\x8b-\x8d\x98-\x9e]|\xe2\x81\xa0|\xef[\xbc\xbd]|(?!\A)\xef\xbb\xbf",
    re.MULTILINE,
)
UTF16 = (b"\xff\xfe", b"\xfe\xff")  # how its files begin: those of `>` in PowerShell, say


class Place(NamedTuple):
    """A line as the student sees it.

    `cell` counts a notebook's code cells from 1, is 0 where it is not known which, and `None` in a `.py`.
    """

    cell: int | None
    line: int


class Source(NamedTuple):
    """One Python source. `starts[k]` is the first line of code cell k + 1; a `.py` has none. `notes` say what was put
    aside: `read-without:<kind>:<first line>:<how many>`."""

    name: str
    text: bytes
    starts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, line: int) -> Place:
        """Where line `line` (from 1) of the source stands in the student's file."""
        cell = sum(start <= line for start in self.starts)
        return Place(cell, line - self.starts[cell - 1] + 1) if cell else Place(None, line)


def read(path: Path) -> Source:
    """The source in `path`, a `.py` or an `.ipynb`. Raises `Fault` where it cannot be read."""
    return from_bytes(path.name, read_capped(path, MOST_BYTES))


def from_bytes(name: str, data: bytes) -> Source:
    """The source in `data`, the content of a file called `name`. Raises `Fault` where it cannot be read."""
    if not name.lower().endswith(".ipynb") and not _is_notebook(data):
        if data.startswith(UTF16) or b"\0\0" in (data[:4:2], data[1:4:2]):  # each letter with a null
            raise Fault("utf16", name)
        return _without_pasted(name, capped(name, data, MOST_CODE))
    return _in_cells(name, code_cells(name, capped(name, data, MOST_BYTES[".ipynb"])))


def _is_notebook(data: bytes) -> bool:
    """A notebook under another name."""
    return data[:1] == b"{" and b'"cells"' in data and b'"nbformat"' in data


def _without_pasted(name: str, data: bytes) -> Source:
    """A `.py`: as it is, or without what was pasted into it that is no Python."""
    if not _PASTED.search(data):
        return Source(name, data)
    from compare.exercises.pasted import in_parts, plain  # costs its imports only where there is something

    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return Source(name, data)
    found = plain(text)
    if not found.aside:
        return Source(name, data)
    return Source(name, in_parts(found.text, found.starts).encode(), (), _notes(found.aside))


def _in_cells(name: str, cells: Sequence[str]) -> Source:
    """One source of the cells, whose first line gives a name that Jupyter has of itself."""
    from compare.exercises.pasted import MAGIC, in_parts, plain_cell

    capped(name, "".join(cells).encode("utf-8", "replace"), MOST_CODE)
    found = [plain_cell(cell) for cell in cells]
    starts = tuple(accumulate((cell.count("\n") + 1 for cell in cells), initial=2))[: len(cells)]
    text = in_parts("\n".join(["display = print", *(one.text for one in found)]), starts)
    aside: dict[str, list[int]] = {}
    for start, one in zip(starts, found, strict=True):
        for kind, lines in one.aside.items():
            aside.setdefault(kind, []).extend(start - 1 + line for line in lines)
    aside.pop(MAGIC, None)  # they belong there
    return Source(name, text.encode("utf-8", "surrogatepass"), starts, _notes(aside))


def _notes(aside: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    return tuple(f"{READ_WITHOUT}{kind}:{lines[0]}:{len(lines)}" for kind, lines in aside.items())


def code_cells(name: str, data: bytes) -> list[str]:
    """The text of each code cell of the notebook in `data`. Raises `Fault` where `data` is no notebook."""
    import json  # costs its import only where there is a notebook

    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        raise Fault("not-notebook", name) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Fault("no-cells", name)
    code = (cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code")
    return [_text(cell.get("source", "")) for cell in code]


def _text(source: Any) -> str:
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


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
