"""The ledger: every finished finding under its key, and who is on the roll. One SQLite file, safe against any death.

In WAL mode a finished commit is with the system before it returns and survives the death of every process, and an
unfinished one leaves no trace. Waiting for the disk itself costs more than the grading, so that is done every
`SYNC_EVERY` seconds: only a power cut can take findings, those of that time, and the next run makes them again. The
lock is held while the ledger is open, so that a second grader in the same folder is refused; it falls with the process.
"""

import hashlib
import json
import math
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from compare.exercises import draws
from compare.grading import Fault
from compare.grading.entries import suffix
from compare.grading.findings import decode, encode
from compare.grading.naming import Identity
from compare.grading.terms import Graded

SCHEMA = """
CREATE TABLE IF NOT EXISTS findings (
    key TEXT PRIMARY KEY, finding TEXT NOT NULL, starts TEXT NOT NULL, seconds REAL, checksum TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS chance (bits TEXT NOT NULL, checksum TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS roll (
    submission TEXT, id TEXT PRIMARY KEY, origin TEXT, student_id TEXT, name TEXT, late REAL, team TEXT, key TEXT,
    flaw TEXT, digest TEXT NOT NULL);
"""
FORMAT = 5  # of these tables: findings of another are made anew
SYNC_EVERY = 0.5
BELONGS = 0x67726164  # "grad": SQLite's application_id, so that another program's database is not taken for ours
FAULTS = {
    "SQLITE_BUSY": "ledger-busy", "SQLITE_LOCKED": "ledger-busy", "SQLITE_CORRUPT": "ledger-damaged",
    "SQLITE_READONLY": "read-only", "SQLITE_CANTOPEN": "no-folder",
}  # fmt: skip


class Enrolled(NamedTuple):
    """A submission on the roll: the `key` of its finding, or the `flaw` for which it was refused. `digest` is the
    SHA-256 of what was read, in short: it tells a student which of several files was graded."""

    submission: str
    id: str
    who: Identity
    key: str | None
    flaw: str | None = None
    digest: str = ""

    @property
    def suffix(self) -> str:
        return suffix(self.submission)


def _row(one: Enrolled) -> tuple[str | float | None, ...]:
    return (one.submission, one.id, *one.who, one.key, one.flaw, one.digest)


def _enrolled(
    submission: str, number: str, origin: str, student_id: str, name: str, late: float, team: str, key: str, flaw: str,
    digest: str,
) -> Enrolled:  # fmt: skip
    return Enrolled(submission, number, Identity(origin, student_id, name, late, team), key, flaw, digest)


class _Damaged(sqlite3.DatabaseError):
    sqlite_errorname = "SQLITE_CORRUPT"


class Ledger:
    """The ledger in `path`, made where there is none.

    Raises `Fault` where another grader holds it, it cannot be written, it is damaged or something else.
    """

    def __init__(self, path: Path) -> None:
        self._synced = -math.inf
        try:
            self._connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
        except sqlite3.DatabaseError as error:
            raise fault(path, error) from error
        try:
            self._open()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # which quotes what it finds, whatever that is
            self._connection.close()
            raise fault(path, error if isinstance(error, sqlite3.Error) else _Damaged("no text")) from error

    def _open(self) -> None:
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA journal_mode = WAL")
        (owner,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (made,) = self._connection.execute("PRAGMA user_version").fetchone()
        if owner != BELONGS and tables:
            raise sqlite3.DatabaseError("another program's database")
        (sound,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if sound != "ok":
            raise _Damaged(" ".join(sound.split()))
        marks = f"PRAGMA application_id={BELONGS}; PRAGMA user_version={FORMAT};"
        older = "DROP TABLE IF EXISTS findings; DROP TABLE IF EXISTS roll;" if made != FORMAT else ""
        self._connection.executescript(f"BEGIN IMMEDIATE; {marks} {older} {SCHEMA} COMMIT;")
        if _tables(self._connection) != _as_made():
            raise _Damaged("other tables")

    def close(self) -> None:
        self._connection.close()

    def chance(self, given: int | None) -> int:
        """The chance by which the inputs of this folder's answers are drawn: the one that is given, else the one that
        is kept here, else a new one. It is kept from now on. Raises `sqlite3.DatabaseError` where it has changed."""
        kept = self._connection.execute("SELECT CAST(bits AS BLOB), CAST(checksum AS BLOB) FROM chance").fetchone()
        if kept and given is None:
            bits, checksum = kept
            if hashlib.sha256(bits).hexdigest().encode() != checksum:
                raise _Damaged("what the inputs were drawn by")
            return int(bits)
        drawn = str(draws.chance() if given is None else given)
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM chance")
            row = (drawn, hashlib.sha256(drawn.encode()).hexdigest())
            self._connection.execute("INSERT INTO chance VALUES (?, ?)", row)
        return int(drawn)

    def enrol(self, roll: Iterable[Enrolled]) -> None:
        """Replace the roll: all of it, or after a death none."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM roll")
            self._connection.executemany("INSERT INTO roll VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, roll))

    def amend(self, enrolled: Enrolled) -> None:
        """Correct the key, the flaw and the digest of a submission that has changed since it was put on the roll."""
        now = (enrolled.key, enrolled.flaw, enrolled.digest)
        update = "UPDATE roll SET key = ?, flaw = ?, digest = ? WHERE id = ?"
        changed = "(key IS NOT ? OR flaw IS NOT ? OR digest IS NOT ?)"
        self._connection.execute(f"{update} AND {changed}", (*now, enrolled.id, *now))

    def blame(self, key: str, flaw: str) -> None:
        """Give every submission with this key a flaw."""
        self._connection.execute("UPDATE roll SET flaw = ? WHERE key = ?", (flaw, key))

    def distrust(self) -> int:
        """Forget the findings on the roll that are not as they were put here. Returns how many."""
        columns = ", ".join(f"CAST({name} AS BLOB)" for name in ("key", "finding", "starts", "findings.checksum"))
        enrolled = "(SELECT DISTINCT key FROM roll)"
        query = f"SELECT findings.rowid, seconds, {columns} FROM findings JOIN {enrolled} USING (key)"
        damaged = [
            (row,)
            for row, seconds, key, finding, starts, checksum in self._connection.execute(query)
            if _checksum(key, finding, starts, seconds).encode() != checksum
        ]
        self._connection.executemany("DELETE FROM findings WHERE rowid = ?", damaged)
        return len(damaged)

    def missing(self) -> int:
        """How many findings the roll asks for and the ledger lacks."""
        query = "SELECT count(DISTINCT key) FROM roll WHERE key NOT IN (SELECT key FROM findings)"
        return int(self._connection.execute(query).fetchone()[0])

    def graded(self) -> frozenset[str]:
        """Who on the roll has a finding, by the reports' names."""
        query = "SELECT id FROM roll JOIN findings USING (key) WHERE flaw IS NULL"
        return frozenset(identity for (identity,) in self._connection.execute(query))

    def ids(self) -> set[str]:
        """The reports' names of everyone on the roll."""
        return {identity for (identity,) in self._connection.execute("SELECT id FROM roll")}

    def roll(self) -> Iterator[tuple[Enrolled, Graded | None]]:
        """Everyone in the order of the submissions, each with the finding where there is one."""
        query = "SELECT roll.*, finding, starts, seconds FROM roll LEFT JOIN findings USING (key)"
        for *row, finding, starts, seconds in self._connection.execute(f"{query} ORDER BY submission, id"):
            graded = Graded(decode(finding), tuple(json.loads(starts)), seconds) if finding else None
            yield _enrolled(*row), graded

    def __contains__(self, key: str) -> bool:
        return self._connection.execute("SELECT 1 FROM findings WHERE key = ?", (key,)).fetchone() is not None

    def put(self, key: str, graded: Graded) -> None:
        """Keep a finding, the only one of its key; it is safe from any death of the grader when this returns."""
        due = monotonic() - self._synced >= SYNC_EVERY
        self._connection.execute("PRAGMA synchronous = FULL" if due else "PRAGMA synchronous = NORMAL")
        finding, starts = encode(graded.finding), json.dumps(graded.starts)
        checksum = _checksum(key.encode(), finding.encode(), starts.encode(), graded.seconds)
        row = (key, finding, starts, graded.seconds, checksum)
        self._connection.execute("INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?)", row)
        self._synced = monotonic() if due else self._synced


def _as_made() -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(SCHEMA)
        return _tables(fresh)


def _tables(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


def is_damage(error: sqlite3.Error) -> bool:
    """Is the file no longer as SQLite left it?"""
    return FAULTS.get(_kind(error)) == "ledger-damaged"


def _kind(error: sqlite3.Error) -> str:
    """SQLite's own name of the error, without its finer kinds."""
    return "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])


def fault(path: Path, error: sqlite3.Error) -> Fault:
    """What SQLite says of the ledger in `path`, in the instructor's words."""
    key = FAULTS.get(_kind(error), "not-a-ledger")
    if key == "no-folder" and not os.access(path.parent, os.W_OK):
        key = "read-only"
    return Fault(key, path, reason=error)


def _checksum(key: bytes, finding: bytes, starts: bytes, seconds: float) -> str:
    return hashlib.sha256(b"\0".join((key, finding, starts, repr(seconds).encode()))).hexdigest()
