"""Who is who, before anything is graded: a table for a terminal."""

from collections.abc import Iterable
from typing import IO, Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from compare.reports.gradebook_tables import hours
from compare.reports.language import Messages

COLUMNS = ("submission", "origin", "id", "name", "group", "late", "row")
WIDTH = 160


class Identity(Protocol):
    """A student as the origin of the file knows one."""

    @property
    def origin(self) -> str: ...
    @property
    def student_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def late(self) -> float: ...


def render(people: Iterable[tuple[str, Identity, str | None, str | None]], say: Messages, stream: IO[str]) -> None:
    """Each file with whose it is, and whose row of the roster is meant or why it would be refused."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in COLUMNS:
        table.add_column(Text(say(f"who.{column}")), overflow="fold")
    for submission, who, flaw, called in people:
        told = say(f"flaw.{flaw}") if flaw else called or ""
        cells = (submission, who.origin, who.student_id, who.name, who.group, hours(who.late), told)
        table.add_row(*map(Text, cells))
    Console(file=stream, width=WIDTH, highlight=False).print(table)
