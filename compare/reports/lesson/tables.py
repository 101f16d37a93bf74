"""A lesson as tables for a terminal, as wide as it is; Hangul counted as two, readable without colour.

A comparison (`render`), the chain rule step by step (`render_steps`), and a run by Adam (`render_adam`).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from compare.agreement import records
from compare.agreement.records import AGREE, DIFFERS, IDENTICAL, SIDES, UNCHECKED, Comparison, Epoch, Quantity
from compare.reports.language import Messages
from compare.reports.lesson.notes import at_fault, notes
from compare.reports.terminal import console, table

if TYPE_CHECKING:  # of runs that `compare` alone does not make
    from compare.agreement.adam import Trained
    from compare.agreement.steps import Step, Steps

NUMBER_WIDTH = 11
SHOWN_ENTRIES = 6  # of an array, and of a trajectory without a record
STYLES = {IDENTICAL: "green", DIFFERS: "bold red", UNCHECKED: "yellow"}
STORY = "hours-ability-recorded"


def render(comparisons: Sequence[Comparison], language: str, stream: IO[str], details: bool = True) -> None:
    """Write a line a lesson and what they come to; then, of those that do not agree and with `details` of all, the
    tables and notes, and the notebook's story where it was compared."""
    words, out = Messages("lessons", language), console(stream)
    out.print(_overview(comparisons, words))
    out.print(Text(_summary(comparisons, words), style="bold"))
    shown = [comparison for comparison in comparisons if details or comparison.verdict != AGREE]
    if not details:
        out.print(Text(words("summary.details")))
    for comparison in shown:
        out.print()
        _lesson(out, comparison, words)
    if details and any(comparison.name == STORY for comparison in comparisons):
        out.print(Text(words("story.title"), style="bold"), Text(words("story.text")), sep="\n")
    if shown:
        out.print(Text(words("summary.legend")))


def render_steps(lessons: "Sequence[Steps]", language: str, stream: IO[str]) -> None:
    """Write the chain rule as a table a lesson: each step, and the gradient that arrives at it by every side."""
    words, out = Messages("steps", language), console(stream)
    for lesson in lessons:
        found = _columns(table(), words, ("step", "formula"), no_wrap=True)
        _columns(found, words, ("value", *SIDES), justify="right", min_width=NUMBER_WIDTH)
        for step in lesson.steps:
            for cells in _step_rows(step, words):
                found.add_row(*map(Text, cells))
        _titled(out, "title", lesson, words, found)
        out.print(Text(words("backwards")), end="\n\n")


def render_adam(lessons: "Sequence[Trained]", language: str, stream: IO[str]) -> None:
    """Write a table a lesson by Adam: what each side came to, and how many of its steps lie where exact arithmetic puts
    them; below it each side's first wrong step, if there is one."""
    words, out = Messages("adam", language), console(stream)
    for lesson in lessons:
        found = table(gap=2)
        found.add_column("", no_wrap=True)
        _columns(found, words, (*lesson.sides["manual"].counts, "loss", "w", "b"), justify="right")
        for side, made in lesson.sides.items():
            ends = (_first(np.asarray(p).tolist()) + ", …" * (np.size(p) > 1) for p in (made.loss, made.w, made.b))
            found.add_row(words(side), *map(str, made.counts.values()), *ends)
        _titled(out, "title", lesson, words, found)
        for side, made in lesson.sides.items():
            if made.wrong:
                update, quantity = made.wrong
                out.print(Text(words("wrong", side=words(side), update=update, quantity=quantity), style="red"))
        out.print()
    out.print(Text(words("meaning")))


def _titled(out: Console, key: str, lesson: "Comparison | Steps | Trained", words: Messages, found: Table) -> None:
    title = words(key, title=lesson.title[words.language], name=lesson.name, dtype=lesson.dtype)
    out.print(Text(title, style="bold"))
    out.print(found)


def _columns(found: Table, words: Messages, names: Sequence[str], **look: Any) -> Table:
    for name in names:
        found.add_column(words(f"column.{name}"), **look)
    return found


def _overview(comparisons: Sequence[Comparison], words: Messages) -> Table:
    overview = table()
    for column in ("lesson", "verdict", "same_bits", "digits", "first_difference"):
        overview.add_column(words(f"overview.{column}"), no_wrap=column == "lesson")
    for comparison in comparisons:
        found = records.tally([*comparison.rows, *comparison.trajectory])
        same = words("overview.of", count=found.identical, total=found.compared)
        digits = words("overview.matched", **found.matched, total=found.recorded) if found.recorded else "–"
        first = comparison.first_difference
        where = words("overview.where", epoch=first.epoch, quantity=first.quantity) if first else "–"
        overview.add_row(comparison.name, _verdict(comparison.verdict, words), same, digits, where)
    return overview


def _lesson(out: Console, comparison: Comparison, words: Messages) -> None:
    found = _numbers_table(words, "quantity")
    for row in comparison.rows:
        for cells in _row_cells(row):
            found.add_row(*cells, _verdict(row.verdict, words))
    _titled(out, "heading.lesson", comparison, words, found)
    if comparison.trajectory:
        out.print(Text(words("heading.losses")))
        out.print(_losses(comparison.trajectory, words))
    for note in notes(comparison, words):
        out.print(Text(note))


def _numbers_table(words: Messages, first: str) -> Table:
    found = _columns(table(), words, (first,), min_width=7)
    _columns(found, words, ("recorded", *SIDES, "exact"), justify="right", width=NUMBER_WIDTH)
    return _columns(found, words, ("verdict",))


def _row_cells(row: Quantity) -> Iterator[list[str]]:
    """The cells of a row, or of each of the first entries of an array."""
    if not isinstance(row.exact, list):
        yield _cells(row, row.quantity, row.exact, None)
        return
    for i, exact in enumerate(row.exact[:SHOWN_ENTRIES]):
        yield _cells(row, f"{row.quantity}[{i}]", exact, i)


def _cells(row: Quantity, name: str, exact: Fraction, index: int | None) -> list[str]:
    sides = (_number(_entry(row.sides[side], index)) for side in SIDES)
    return [name, _printed(_entry(row.recorded, index)), *sides, _number(exact)]


def _losses(trajectory: Sequence[Epoch], words: Messages) -> Table:
    found = _numbers_table(words, "epoch")
    for epoch in trajectory if trajectory[0].recorded else _thinned(trajectory):
        sides = (_number(epoch.sides[side]) for side in SIDES)
        verdict = _verdict(epoch.verdict, words)
        found.add_row(str(epoch.epoch), _printed(epoch.recorded), *sides, _number(epoch.exact), verdict)
    return found


def _thinned(trajectory: Sequence[Epoch]) -> Sequence[Epoch]:
    """A few epochs over the whole run, with all those that are at fault."""
    last = len(trajectory) - 1
    kept = {round(i * last / (SHOWN_ENTRIES - 1)) for i in range(SHOWN_ENTRIES)}
    return [epoch for i, epoch in enumerate(trajectory) if i in kept or epoch.verdict == DIFFERS]


def _summary(comparisons: Sequence[Comparison], words: Messages) -> str:
    overall = records.overall_verdict(comparisons)
    if overall == AGREE:
        one = len(comparisons) == 1
        return words("summary.agree_one") if one else words("summary.agree", count=len(comparisons))
    concerned = [comparison for comparison in comparisons if comparison.verdict == overall]
    if overall == UNCHECKED:
        return words("summary.unchecked", names=", ".join(comparison.name for comparison in concerned))
    return words("summary.differ", names=", ".join(at_fault(comparison, words) for comparison in concerned))


def _verdict(verdict: str, words: Messages) -> Text:
    return Text(words(f"verdict.{verdict}"), style=STYLES.get(verdict, ""))


def _step_rows(step: "Step", words: Messages) -> Iterator[list[str]]:
    """A row for each of the first entries of a step; the formula stands in the first."""
    value, formula = step.value["manual"], step.formula or words("given")
    if not isinstance(value, list):
        yield [step.name, formula, *_step_cells(step, None)]
        return
    for i in range(min(len(value), SHOWN_ENTRIES)):
        yield [f"{step.name}[{i}]", "" if i else formula, *_step_cells(step, i)]
    if len(value) > SHOWN_ENTRIES:
        yield ["", words("more", count=len(value)), "", "", "", ""]


def _step_cells(step: "Step", index: int | None) -> list[str]:
    gradient = step.gradient
    arriving = [_first(_entry(gradient[side], index)) if gradient else "" for side in SIDES]
    return [_first(_entry(step.value["manual"], index)), *arriving]


def _entry(values: Any, index: int | None) -> Any:
    return values if values is None or index is None else values[index]


def _first(value: Any) -> str:
    """Eight digits of a number, or of the first of several, such as a row of features."""
    while isinstance(value, list):
        value = value[0]
    return "nan/inf" if value is None else f"{value:.8g}"


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
    try:
        number = float(value)
    except OverflowError:
        number = float("inf") if value > 0 else float("-inf")
    texts = (f"{number:.{digits}g}" for digits in range(9, 0, -1))
    return next(text for text in texts if len(text) <= NUMBER_WIDTH)
