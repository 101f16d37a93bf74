"""What the tables of the page show, as text, taken from finished comparisons."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from compare.agreement.records import AGREE, IDENTICAL, SIDES, WITHIN_ROUNDING, Comparison, Epoch, Row, Truth, Value

LOOKS = {AGREE: "good", IDENTICAL: "good", WITHIN_ROUNDING: "good", "unchecked": "unsure"}  # any other verdict: bad
DIGITS = {"float32": 9, "float64": 17}  # what tells every number of a type from its neighbours


class Line(NamedTuple):
    """One row of a table: the first cell, then the cells by column, then the verdict."""

    name: str
    cells: Mapping[str, str]
    ulp: int
    bound: str
    verdict: str


class Table(NamedTuple):
    """A lesson as the page shows it. `sides` are those that took part."""

    comparison: Comparison
    sides: tuple[str, ...]
    rows: list[Line]
    epochs: list[Line]
    ulp: int
    identical: int
    compared: int
    matched: int
    recorded: int


def table(comparison: Comparison) -> Table:
    sides = tuple(side for side in SIDES if side in comparison.rows[0].sides) if comparison.rows else SIDES
    judged: list[Row | Epoch] = [*comparison.trajectory, *comparison.rows]
    printed = [entry.matches["manual"] for entry in judged if entry.recorded is not None]
    return Table(
        comparison=comparison,
        sides=sides,
        rows=[_row(row, sides, comparison.dtype) for row in comparison.rows],
        epochs=_epochs(comparison, sides),
        ulp=max((entry.ulp for entry in judged), default=0),
        identical=sum(entry.verdict == IDENTICAL for entry in judged),
        compared=len(judged),
        matched=sum(map(bool, printed)),
        recorded=len(printed),
    )


def look(verdict: str) -> str:
    """The class of a verdict: `good`, `bad` or `unsure`."""
    return LOOKS.get(verdict, "bad")


def shown(value: Value, digits: int) -> str:
    """A number to so many digits, a list with a line an entry; a number that is not finite as a dash."""
    if isinstance(value, list):
        return "\n".join(shown(entry, digits) for entry in value)
    return "—" if value is None else f"{value:.{digits}g}"


def fraction(value: Truth) -> str:
    """A fraction as it is where it is short enough to read, else as a decimal with a mark that digits are left out."""
    if isinstance(value, list):
        return "\n".join(map(fraction, value))
    text = str(value)
    return text if len(text) <= 16 else decimal(value)


def decimal(value: Fraction) -> str:
    return f"{float(value):.12g}…"


def _row(row: Row, sides: Sequence[str], dtype: str) -> Line:
    cells = {side: shown(row.sides[side], DIGITS[dtype]) for side in sides}
    recorded = "\n".join(row.recorded) if isinstance(row.recorded, list) else row.recorded or ""
    cells |= {"recorded": recorded, "exact": fraction(row.exact)}
    return Line(row.quantity, cells, row.ulp, f"{row.bound:.1e}", row.verdict)


def _epochs(comparison: Comparison, sides: Sequence[str]) -> list[Line]:
    digits = DIGITS[comparison.dtype]
    return [
        Line(
            name=str(epoch.epoch),
            cells={side: shown(epoch.sides[side], digits) for side in sides}
            | {"recorded": epoch.recorded or "", "exact": f"{epoch.exact:.12g}"},
            ulp=epoch.ulp,
            bound=f"{epoch.bound:.1e}",
            verdict=epoch.verdict,
        )
        for epoch in comparison.trajectory
    ]
