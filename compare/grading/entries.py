"""A file that somebody handed in: where it lies, how to read it, what is wrong with it; and those of a zip, read in
memory and never extracted, of which every member is distrusted, and refused by its own name.

A bomb is stopped three times: members that overlap in the archive or claim more than 200 times their packed size are
refused unread, and no more than `FILE_LIMIT` bytes of any member are ever unpacked.
"""

import hashlib
import io
import itertools
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from compare.exercises.sources import MOST_BYTES
from compare.grading import Fault

FILE_LIMIT = MOST_BYTES[".ipynb"]  # the largest file that any answer may be
ENTRY_LIMIT = 100_000  # files in one folder or zip

HISTORIES = (".csv", ".json", ".npy")
LENIENT = (".txt", ".zip")  # what may hold code all the same, where a course is lenient
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
CLUTTER = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini", "submission_metadata.yml"})
RATIO = 200  # source text packs about 5 times, a notebook 20
ENCRYPTED, UTF8 = 0x1, 0x800  # general purpose bits 0 and 11 of the zip format
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # LZMA would take what memory the member asks for
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


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


def of_zip(path: Path, nested: bool = False) -> Iterator[Entry]:
    """Every member that is a file, in the order of the names; a zip among them is refused unless it may be `nested`.

    Raises `Fault` where this is no zip we can list.
    """
    return _members(path, path, nested)


def only_code(data: bytes) -> bytes:
    """The one `.py` file in a zip. Raises `Refused` where there is none, or more than that."""
    try:
        listed = [entry for entry in _members(io.BytesIO(data), Path(), False) if not entry.clutter]
    except Fault:
        raise Refused("unreadable") from None
    code = [entry for entry in listed if suffix(entry.path) == ".py"]
    if len(code) != 1:
        raise Refused("nested-archive")
    if code[0].flaw:
        raise Refused(code[0].flaw)
    return code[0].read()


def _members(source: Path | io.BytesIO, path: Path, nested: bool) -> Iterator[Entry]:
    try:
        archive = zipfile.ZipFile(source)
    except (*BROKEN, UnicodeDecodeError) as error:
        raise Fault("not-a-zip", path, reason=error) from error
    members = [member for member in archive.infolist() if not member.filename.endswith("/")]
    if len(members) > ENTRY_LIMIT:
        raise Fault("too-many-files", path, most=ENTRY_LIMIT)
    names = {id(member): shown(_decoded(member)) for member in members}
    seen = Counter(name.casefold() for name in names.values())
    overlapping = _overlapping(members)
    for member in sorted(members, key=lambda member: names[id(member)]):
        name = names[id(member)]
        flaw = _flaw(member, name, nested) or ("overlap" if member.header_offset in overlapping else None)
        flaw = flaw or ("duplicate" if seen[name.casefold()] > 1 else None)
        yield Entry(name, partial(_read, archive, member, nested), flaw)


def _flaw(member: zipfile.ZipInfo, name: str, nested: bool = False) -> str | None:
    """Why this member is not even opened, or None."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    checks = {
        "outside": _escapes(name) or "\0" in member.orig_filename,
        "link": kind == stat.S_IFLNK,
        "special": kind not in (0, stat.S_IFREG, stat.S_IFLNK),
        "encrypted": bool(member.flag_bits & ENCRYPTED),
        "packing": member.compress_type not in PACKINGS,
        "nested-archive": name.lower().endswith(ARCHIVES) and not (nested and name.lower().endswith(".zip")),
        "bomb": member.file_size > max(RATIO * member.compress_size, 2**16),
        "too-large": member.file_size > FILE_LIMIT,
    }
    return next((flaw for flaw, holds in checks.items() if holds), None)


def _escapes(name: str) -> bool:
    """Does the name lead out of its folder, or nowhere, on any system? (`..`, `/…`, a drive, a backslash.)"""
    parts = name.split("/")
    nowhere = not set(parts) - {"", "."}
    return nowhere or not parts[0] or ".." in parts or "\\" in name or parts[0][1:2] == ":"


def _decoded(member: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: Windows packs Korean names in CP949 and does not say so."""
    said = member.flag_bits & UTF8 or member.filename != member.orig_filename  # in a field that Python 3.12 reads
    if said or member.filename.isascii():
        return member.filename
    for encoding in ("utf-8", "cp949"):
        with suppress(UnicodeDecodeError):
            return member.filename.encode("cp437").decode(encoding)
    return member.filename


def _overlapping(members: list[zipfile.ZipInfo]) -> set[int]:
    """The offsets of the members whose packed bytes reach into the next member's (the bomb of many names, one body)."""
    offsets: set[int] = set()
    ordered = sorted(members, key=lambda member: member.header_offset)
    for member, following in itertools.pairwise(ordered):
        if member.header_offset + member.compress_size > following.header_offset:
            offsets |= {member.header_offset, following.header_offset}
    return offsets


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, nested: bool) -> bytes:
    try:
        with archive.open(member) as file:
            source = file.read(FILE_LIMIT + 1)
    except BROKEN as error:
        raise Refused("unreadable") from error
    if len(source) > FILE_LIMIT:
        raise Refused("too-large")
    if not nested and zipfile.is_zipfile(io.BytesIO(source)):
        raise Refused("nested-archive")
    return source
