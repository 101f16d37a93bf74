"""A comparison as tables for a terminal, as wide as it is; Hangul counted as two, readable without colour."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from compare.agreement.records import AGREE, DIFFERS, IDENTICAL, SIDES, UNCHECKED, Comparison, Epoch, Row
from compare.reports.comparison_json import overall_verdict
from compare.reports.finding import columns
from compare.reports.language import Messages
from compare.reports.record_notes import at_fault, record_notes

NUMBER_WIDTH = 11
SHOWN_ENTRIES = 6  # of an array, and of a trajectory without a record
STYLES = {IDENTICAL: "green", DIFFERS: "bold red", UNCHECKED: "yellow"}
STORY = "hours-ability-recorded"


def render(comparisons: Sequence[Comparison], language: str, stream: IO[str], details: bool = True) -> None:
    """Write a line a lesson and what they come to; then, of those that do not agree and with `details` of all, the
    tables and notes, and the notebook's story where it was compared."""
    words = Messages("lessons", language)
    console = Console(file=stream, width=columns(stream), highlight=False, soft_wrap=False)
    console.print(_overview(comparisons, words))
    console.print(Text(_summary(comparisons, words), style="bold"))
    shown = [comparison for comparison in comparisons if details or comparison.verdict != AGREE]
    if not details:
        console.print(Text(words("summary.details")))
    for comparison in shown:
        console.print()
        _lesson(console, comparison, words)
    if details and any(comparison.name == STORY for comparison in comparisons):
        console.print(Text(words("story.title"), style="bold"), Text(words("story.text")), sep="\n")
    if shown:
        console.print(Text(words("summary.legend")))


def _overview(comparisons: Sequence[Comparison], words: Messages) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    for column in ("lesson", "verdict", "same_bits", "digits", "first_difference"):
        table.add_column(words(f"overview.{column}"), no_wrap=column == "lesson")
    for comparison in comparisons:
        judged: list[Row | Epoch] = [*comparison.rows, *comparison.trajectory]
        printed = [one.matches for one in judged if one.recorded is not None]
        matched = {side: sum(map(_all, (matches[side] for matches in printed))) for side in ("manual", "torch")}
        same = words("overview.of", count=sum(one.verdict == IDENTICAL for one in judged), total=len(judged))
        digits = words("overview.matched", **matched, total=len(printed)) if printed else "–"
        first = comparison.first_difference
        where = words("overview.where", epoch=first.epoch, quantity=first.quantity) if first else "–"
        table.add_row(comparison.name, _verdict(comparison.verdict, words), same, digits, where)
    return table


def _all(matches: Any) -> bool:
    return all(matches) if isinstance(matches, list) else bool(matches)


def _lesson(console: Console, comparison: Comparison, words: Messages) -> None:
    about = {"title": comparison.title[words.language], "name": comparison.name, "dtype": comparison.dtype}
    console.print(Text(words("heading.lesson", **about), style="bold"))
    table = _table(words, "quantity")
    for row in comparison.rows:
        for cells in _row_cells(row):
            table.add_row(*cells, _verdict(row.verdict, words))
    console.print(table)
    if comparison.trajectory:
        console.print(Text(words("heading.losses")))
        console.print(_losses(comparison.trajectory, words))
    for note in _notes(comparison, words):
        console.print(Text(note))


def _table(words: Messages, first: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(words(f"column.{first}"), min_width=7)
    for column in ("recorded", *SIDES, "exact"):
        table.add_column(words(f"column.{column}"), justify="right", width=NUMBER_WIDTH)
    table.add_column(words("column.verdict"))
    return table


def _row_cells(row: Row) -> Iterator[list[str]]:
    """The cells of a row, or of each of the first entries of an array."""
    if not isinstance(row.exact, list):
        yield _cells(row, row.quantity, row.exact, None)
        return
    for i, exact in enumerate(row.exact[:SHOWN_ENTRIES]):
        yield _cells(row, f"{row.quantity}[{i}]", exact, i)


def _cells(row: Row, name: str, exact: Fraction, index: int | None) -> list[str]:
    sides = (_number(_entry(row.sides[side], index)) for side in SIDES)
    return [name, _printed(_entry(row.recorded, index)), *sides, _number(exact)]


def _losses(trajectory: Sequence[Epoch], words: Messages) -> Table:
    table = _table(words, "epoch")
    shown = trajectory if trajectory[0].recorded else _thinned(trajectory)
    for epoch in shown:
        sides = (_number(epoch.sides[side]) for side in SIDES)
        verdict = _verdict(epoch.verdict, words)
        table.add_row(str(epoch.epoch), _printed(epoch.recorded), *sides, _number(epoch.exact), verdict)
    return table


def _thinned(trajectory: Sequence[Epoch]) -> Sequence[Epoch]:
    """A few epochs over the whole run, with all those that are at fault."""
    last = len(trajectory) - 1
    kept = {round(i * last / (SHOWN_ENTRIES - 1)) for i in range(SHOWN_ENTRIES)}
    return [epoch for i, epoch in enumerate(trajectory) if i in kept or epoch.verdict == DIFFERS]


def _notes(comparison: Comparison, words: Messages) -> Iterator[str]:
    yield from record_notes(comparison, words)
    if comparison.diverged_at is not None:
        yield words("note.diverged", epoch=comparison.diverged_at, dtype=comparison.dtype)
    difference = comparison.first_difference
    if difference:
        cause = words(f"cause.{difference.cause}")
        yield words("note.first_difference", **(difference._asdict() | {"cause": cause}))
    elif not comparison.diverged_at:
        yield words("note.same_bits")
    fault = next((epoch.fault for epoch in comparison.trajectory if epoch.fault), None)
    if fault:
        yield words("note.fault", fault=fault)
    yield words("note.lesson_verdict", verdict=words(f"verdict.{comparison.verdict}"))


def _summary(comparisons: Sequence[Comparison], words: Messages) -> str:
    overall = overall_verdict(comparisons)
    if overall == AGREE:
        one = len(comparisons) == 1
        return words("summary.agree_one") if one else words("summary.agree", count=len(comparisons))
    concerned = [comparison for comparison in comparisons if comparison.verdict == overall]
    if overall == UNCHECKED:
        return words("summary.unchecked", names=", ".join(comparison.name for comparison in concerned))
    return words("summary.differ", names=", ".join(at_fault(comparison, words) for comparison in concerned))


def _verdict(verdict: str, words: Messages) -> Text:
    return Text(words(f"verdict.{verdict}"), style=STYLES.get(verdict, ""))


def _entry(values: Any, index: int | None) -> Any:
    return values if values is None or index is None else values[index]


def _printed(text: str | None) -> str:
    """What the notebook printed, its digits untouched, without an exponent where that is shorter."""
    if text is None:
        return ""
    plain = f"{Decimal(text):f}"
    return plain if "e" in text and len(plain) <= len(text) else text


def _number(value: float | Fraction | None) -> str:
    """As many digits as the column holds, at most nine."""
    if value is None:
        return "–"
    number = _as_float(value)
    texts = (f"{number:.{digits}g}" for digits in range(9, 0, -1))
    return next(text for text in texts if len(text) <= NUMBER_WIDTH)


def _as_float(value: float | Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
