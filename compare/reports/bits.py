"""The last bits between manual and torch, as text and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import Any

from compare.agreement.records import Comparison, Difference, Explanation
from compare.reports.finding import COLUMNS, WIDEST, wrapped
from compare.reports.language import Messages

INDENT = "    "
DIGITS = {"float32": 9, "float64": 17}  # enough to tell any two numbers apart


def text(comparisons: Sequence[Comparison], language: str, columns: int = COLUMNS) -> str:
    """A paragraph a lesson, then what the probe saw of this torch. Each must have its `bits` explained."""
    say = Messages("bits", language)
    told = [*(_lines(comparison, say) for comparison in comparisons), *([line] for line in _probed(comparisons, say))]
    return "\n\n".join(_paragraph(lines, min(columns, WIDEST)) for lines in told)


def _paragraph(lines: Iterable[str], columns: int) -> str:
    """At most `columns` wide, all but the first sentence set in."""
    first, *others = lines
    rows = [INDENT + row for line in others for row in wrapped(line, columns - len(INDENT))]
    return "\n".join([*wrapped(first, columns), *rows])


def json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as a JSON object; `first` is null where there is no difference."""
    return explanation._asdict() | {"first": difference(explanation.first)}


def difference(first: Difference | None) -> dict[str, Any] | None:
    """The first difference as a JSON object, a value that is not finite as null."""
    if first is None:
        return None
    values = {"manual": first.manual, "torch": first.torch}
    return first._asdict() | {side: value if isfinite(value) else None for side, value in values.items()}


def _lines(comparison: Comparison, say: Messages) -> Iterator[str]:
    found = comparison.bits
    assert found is not None
    counts = {"updates": found.updates, "identical": found.identical, "replayed": found.replayed}
    yield say("different" if found.first else "identical", lesson=comparison.name, dtype=comparison.dtype, **counts)
    if not found.first:
        return
    values = {side: f"{getattr(found.first, side):.{DIGITS[comparison.dtype]}g}" for side in ("manual", "torch")}
    yield say("first", **found.first._asdict() | values)
    yield say(f"cause.{found.first.cause}")
    yield say("replayed", **counts)
    if found.replayed < found.updates:
        yield say("unexplained", left=found.updates - found.replayed, **counts)


def _probed(comparisons: Sequence[Comparison], say: Messages) -> Iterator[str]:
    """It is the same torch in all of them."""
    found = next(comparison.bits for comparison in comparisons if comparison.bits)
    yield say("fused.yes" if found.fused else "fused.no")
    yield say("lanes.known" if found.lanes else "lanes.unknown", lanes=found.lanes)
