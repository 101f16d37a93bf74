"""What followed from a reference, kept for the next time, as Python keeps the bytecode of what it has compiled.

It lies beside that bytecode and is trusted as it is: whoever can write there can write what is imported, too. It counts
as long as the reference's text and the kit's own modules are the same. Where nothing can be written, nothing is kept.
A wheel brings that of the bundled courses along, made when it was built: `courses/*.kept`.
"""

import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any
from zlib import crc32

from compare.version import VERSION

MOST_BYTES = {".py": 1 << 18}  # of a reference
MOST_FILES = 64
SUFFIX = ".kept"
COURSES = Path(__file__).parents[2] / "courses"


def load(text: str) -> Any:
    """What was kept of the reference of that text, or came with the kit; None where nothing was."""
    for file, made in ((_file(text), build()), (_shipped(text), VERSION)):
        try:
            by, known, found = pickle.loads(file.read_bytes())
        except Exception:  # whatever stands there
            continue
        if (by, known) == (made, text):
            return found
    return None


def ship(text: str, found: Any) -> None:
    """Put it beside the courses, for whoever installs this version."""
    _shipped(text).write_bytes(pickle.dumps((VERSION, text, found), pickle.HIGHEST_PROTOCOL))


def save(text: str, found: Any) -> None:
    """Keep it, unless it cannot be written."""
    file = _file(text)
    own = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(pickle.dumps((build(), text, found), pickle.HIGHEST_PROTOCOL))
        own.replace(file)
        _drop_oldest(file.parent)
    with suppress(OSError):  # of a disk that is full
        own.unlink(missing_ok=True)


def _file(text: str) -> Path:
    return Path(cache_from_source(__file__)).with_name(f"{_hash(text)}.{sys.implementation.cache_tag}{SUFFIX}")


def _shipped(text: str) -> Path:
    return COURSES / f"{_hash(text)}{SUFFIX}"


def _hash(text: str) -> str:
    return f"{crc32(text.encode()):08x}"


def build() -> list[tuple[str, int, int]]:
    """The modules that it follows from, as Python knows them: by time and size."""
    return sorted(_modules())


def _modules() -> Iterator[tuple[str, int, int]]:
    here = Path(__file__).parent
    for folder in (here, here.parent, here.parent / "formulas", here.parent / "trials", here.parents[1] / "sandbox"):
        for entry in os.scandir(folder):
            if entry.name.endswith(".py"):
                known = entry.stat()
                yield entry.name, known.st_mtime_ns, known.st_size


def _drop_oldest(folder: Path) -> None:
    files = sorted(folder.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime_ns)
    for file in files[:-MOST_FILES]:
        file.unlink(missing_ok=True)
