"""One file that somebody handed in: where it lies, how to read it, and what is wrong with it."""

import hashlib
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from compare.exercises.sources import MOST_BYTES

FILE_LIMIT = MOST_BYTES[".ipynb"]  # the largest file that any answer may be
ENTRY_LIMIT = 100_000  # files in one folder or zip

HISTORIES = (".csv", ".json", ".npy")
LENIENT = (".txt", ".zip")  # what may hold code all the same, where a course is lenient
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
CLUTTER = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini", "submission_metadata.yml"})


class Refused(Exception):
    """This file is not read; `flaw` says why, as a key of the messages."""

    def __init__(self, flaw: str) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class Entry(NamedTuple):
    """A file by its path inside the folder or zip. `read()` gives its bytes or raises `Refused`."""

    path: str
    read: Callable[[], bytes]
    flaw: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(part for part in self.path.split("/") if part not in ("", "."))

    @property
    def clutter(self) -> bool:
        """Left by a file manager or an editor, handed in by nobody."""
        return any(part in CLUTTER or (part.startswith(".") and part.strip(".")) for part in self.parts)


def refused(path: str, flaw: str) -> Entry:
    """An entry that is known by name only."""

    def read() -> bytes:
        raise Refused(flaw)

    return Entry(path, read, flaw)


def suffix(path: str) -> str:
    """What the file's name ends in, `.py` say, in small letters; empty where it is all of the name, or only a dot.

    As `pathlib` has it, in a tenth of the time: it is asked for every student in every report.
    """
    stem, _, ending = path.rpartition("/")[2].rpartition(".")
    return f".{ending.lower()}" if stem and ending else ""


def digest(source: bytes) -> str:
    """The first 12 of the 64 digits of SHA-256: which of several files was graded."""
    return hashlib.sha256(source).hexdigest()[:12]


def shown(name: str) -> str:
    """`name` as text that any file can hold: composed Hangul, and undecodable or unprintable characters spelt out."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
