"""Lessons by Adam as tables: what each side came to, and how many of its steps lie where exact arithmetic puts them."""

from collections.abc import Sequence
from typing import IO, Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from compare.agreement.adam import VERDICTS, Trained
from compare.reports.finding import columns
from compare.reports.language import Messages


def render(lessons: Sequence[Trained], language: str, stream: IO[str]) -> None:
    """Write a table a lesson, a side a row, and below it each side's first wrong step, if there is one."""
    say = Messages("adam", language)
    console = Console(file=stream, width=columns(stream), highlight=False, soft_wrap=False)
    for lesson in lessons:
        title = say("title", title=lesson.title[language], name=lesson.name, dtype=lesson.dtype)
        console.print(Text(title, style="bold"))
        console.print(_table(lesson, say))
        for side, made in lesson.sides.items():
            if made.wrong:
                update, quantity = made.wrong
                console.print(Text(say("wrong", side=say(side), update=update, quantity=quantity), style="red"))
        console.print()
    console.print(Text(say("meaning")))


def _table(lesson: Trained, say: Messages) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for column in (*VERDICTS, "loss", "w", "b"):
        table.add_column(say(f"column.{column}"), justify="right")
    for side, made in lesson.sides.items():
        counts = (str(made.counts[verdict]) for verdict in VERDICTS)
        table.add_row(say(side), *counts, *map(_number, (made.loss, made.w, made.b)))
    return table


def _number(value: Any) -> str:
    """A number, or the first of several."""
    entries = np.atleast_1d(value).tolist()
    return f"{entries[0]:.8g}" + (", …" if len(entries) > 1 else "")
