"""The chain rule as a table: every step's value, and the gradient that arrives at it by hand, by engine, by torch."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from compare.agreement.records import SIDES
from compare.agreement.steps import Step, Steps
from compare.reports.finding import columns
from compare.reports.language import Messages

SHOWN_ENTRIES = 6


def render(lessons: Sequence[Steps], language: str, stream: IO[str]) -> None:
    """Write a table a lesson, an entry a row."""
    say = Messages("steps", language)
    console = Console(file=stream, width=columns(stream), highlight=False, soft_wrap=False)
    for lesson in lessons:
        title = say("title", title=lesson.title[language], name=lesson.name, dtype=lesson.dtype)
        console.print(Text(title, style="bold"))
        console.print(_table(lesson, say))
        console.print(Text(say("backwards")), end="\n\n")


def _table(lesson: Steps, say: Messages) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    for column in ("step", "formula"):
        table.add_column(say(f"column.{column}"), no_wrap=True)
    for column in ("value", *SIDES):
        table.add_column(say(f"column.{column}"), justify="right", min_width=11)
    for step in lesson.steps:
        for cells in _rows(step, say):
            table.add_row(*map(Text, cells))
    return table


def _rows(step: Step, say: Messages) -> Iterator[list[str]]:
    """A row for each of the first entries; the formula stands in the first."""
    value = step.value["manual"]
    formula = step.formula or say("given")
    if not isinstance(value, list):
        yield [step.name, formula, *_cells(step, None)]
        return
    for i in range(min(len(value), SHOWN_ENTRIES)):
        yield [f"{step.name}[{i}]", "" if i else formula, *_cells(step, i)]
    if len(value) > SHOWN_ENTRIES:
        yield ["", say("more", count=len(value)), "", "", "", ""]


def _cells(step: Step, index: int | None) -> list[str]:
    gradient = step.gradient
    arriving = [_number(gradient[side], index) if gradient else "" for side in SIDES]
    return [_number(step.value["manual"], index), *arriving]


def _number(value: Any, index: int | None) -> str:
    entry = value if index is None else value[index]
    while isinstance(entry, list):  # a row of features: its first stands for it
        entry = entry[0]
    return "nan/inf" if entry is None else f"{entry:.8g}"
