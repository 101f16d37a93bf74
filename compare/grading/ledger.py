"""The ledger: every finished finding under its key, and who is on the roll. One SQLite file, safe against any death.

In WAL mode with `synchronous=FULL` a commit is on the disk before it returns, and an unfinished one leaves no trace.
The lock is held while the ledger is open, so that a second grader in the same folder is refused; it falls with the
process.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from compare.errors import InputError
from compare.exercises.course import Course
from compare.exercises.findings import Finding
from compare.grading.findings import decode, encode
from compare.version import VERSION

SCHEMA = """
CREATE TABLE IF NOT EXISTS findings (key TEXT PRIMARY KEY, finding TEXT NOT NULL, starts TEXT NOT NULL, seconds REAL);
CREATE TABLE IF NOT EXISTS roll (submission TEXT PRIMARY KEY, id TEXT, student_id TEXT, name TEXT, key TEXT, flaw TEXT);
"""
BELONGS = 0x67726164  # "grad": SQLite's application_id, so that another program's database is not taken for ours


class Enrolled(NamedTuple):
    """A submission on the roll: the `key` of its finding, or the `flaw` for which it was refused."""

    submission: str
    id: str
    student_id: str
    name: str
    key: str | None
    flaw: str | None = None


class Graded(NamedTuple):
    """A finished finding, the seconds it took, and the lines at which a notebook's cells start."""

    finding: Finding
    starts: tuple[int, ...] = ()
    seconds: float = 0.0


def key_of(source: bytes, suffix: str, course: Course, language: str, isolated: bool) -> str:
    """The hash of all that a finding depends on: the answer, its kind, course and limits, language, kit."""
    terms = [VERSION, suffix, list(course.points.items()), course._replace(points={}), language, isolated]
    return hashlib.sha256(json.dumps(terms, ensure_ascii=False).encode() + b"\0" + source).hexdigest()


class Ledger:
    """The ledger in `path`, made where there is none; a context manager.

    Raises `InputError` where another grader holds it or the file is something else.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            busy = "locked" in str(error)
            cure = "another grader is at work in this folder; wait for it" if busy else f"not a ledger ({error})"
            raise InputError(f"{path}: {cure}") from error

    def _open(self) -> None:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        (owner,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if owner != BELONGS and tables:
            raise sqlite3.DatabaseError("another program's database")
        self._connection.executescript(f"BEGIN IMMEDIATE; PRAGMA application_id={BELONGS}; {SCHEMA} COMMIT;")

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    def enrol(self, roll: Iterable[Enrolled]) -> None:
        """Replace the roll: all of it, or after a death none."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM roll")
            self._connection.executemany("INSERT INTO roll VALUES (?, ?, ?, ?, ?, ?)", roll)

    def ids(self) -> set[str]:
        """The reports' names of everyone on the roll."""
        return {identity for (identity,) in self._connection.execute("SELECT id FROM roll")}

    def roll(self) -> Iterator[tuple[Enrolled, Graded | None]]:
        """Everyone in the order of the submissions, each with the finding where there is one."""
        query = "SELECT roll.*, finding, starts, seconds FROM roll LEFT JOIN findings USING (key) ORDER BY submission"
        for *who, finding, starts, seconds in self._connection.execute(query):
            graded = Graded(decode(finding), tuple(json.loads(starts)), seconds) if finding else None
            yield Enrolled(*who), graded

    def __contains__(self, key: str) -> bool:
        return self._connection.execute("SELECT 1 FROM findings WHERE key = ?", (key,)).fetchone() is not None

    def put(self, key: str, graded: Graded) -> None:
        """Keep a finding; it is on the disk when this returns. The first of a key stays."""
        row = (key, encode(graded.finding), json.dumps(graded.starts), graded.seconds)
        self._connection.execute("INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?)", row)

    def forget(self, key: str) -> None:
        """Drop a finding, so that it is made anew."""
        self._connection.execute("DELETE FROM findings WHERE key = ?", (key,))
