"""A report on a terminal: as wide as it is, Hangul counted as two; tables without lines; a bar where it takes long."""

import shutil
import sys
from collections.abc import Iterator
from threading import Timer
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self
from unicodedata import combining, east_asian_width

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress
    from rich.table import Table

COLUMNS = 80  # where there is no terminal
NARROWEST, WIDEST = 40, 100  # that prose is set in
PATIENCE = 1.0  # seconds; what is over sooner needs no bar


def columns(stream: IO[str]) -> int:
    """How wide the terminal behind `stream` is."""
    return max(shutil.get_terminal_size((COLUMNS, 24)).columns, NARROWEST) if stream.isatty() else COLUMNS


def width(text: str) -> int:
    """How many columns of a terminal `text` takes: Hangul two a letter, accents none."""
    if text.isascii():
        return len(text)
    return sum((not combining(letter)) * (1 + (east_asian_width(letter) in "WF")) for letter in text)


def wrapped(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns`, broken at spaces; a longer word is broken where it must be."""
    lines = [""]
    for word in _pieces(text.split(), columns):
        if not lines[-1]:
            lines[-1] = word
        elif width(lines[-1]) + 1 + width(word) <= columns:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _pieces(words: list[str], columns: int) -> Iterator[str]:
    for word in words:
        while width(word) > columns:
            size = next(size for size in range(columns, 0, -1) if width(word[:size]) <= columns)
            yield word[:size]
            word = word[size:]
        yield word


def padded(text: str, columns: int) -> str:
    """`text` and as many spaces as fill so many columns."""
    return text + " " * (columns - width(text))


def console(stream: IO[str]) -> "Console":
    """What prints rich's tables, as wide as the terminal behind `stream`; nothing in a text is coloured by guessing."""
    from rich.console import Console

    return Console(file=stream, width=columns(stream), highlight=False)


def table(gap: int = 1, headers: bool = True) -> "Table":
    """A table of columns that are `gap` apart, without lines."""
    from rich.table import Table

    return Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="dim", show_header=headers)


class Progress:
    """A context manager; call `advance()` after each of the `total`."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total, self._count = label, total, 0
        self._bar: RichProgress | None = None
        self._timer = Timer(PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        if self._timer.is_alive():
            self._timer.join()
        if self._bar:
            self._bar.stop()

    def advance(self) -> None:
        self._count += 1
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=self._count)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Progress(*columns, console=Console(stderr=True))
        bar.add_task(self._label, total=self._total, completed=self._count)
        bar.start()
        self._bar = bar
