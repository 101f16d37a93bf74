"""What to say of the digits that a notebook printed: which of them a side misses, and whether rounding can be why."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

from compare.agreement.records import DIFFERS, Comparison, Epoch, Number, Row
from compare.agreement.verdicts import distance, is_printed_as, listed
from compare.reports.language import Messages

MOST_TOLD = 3


class Miss(NamedTuple):
    """One printed number that manual or torch, rounded to its digits, does not give."""

    name: str
    recorded: str
    exact: Fraction
    manual: Number
    torch: Number
    bound: float

    @property
    def gap(self) -> Fraction:
        """How far the record is from the truth."""
        return abs(Fraction(self.recorded) - self.exact)

    @property
    def is_rounding(self) -> bool:
        """Can rounding be all that is between the record and the truth: the program's, and that to the last digit?"""
        return self.gap <= Fraction(self.bound) + _half_a_digit(self.recorded)

    @property
    def is_torchs_alone(self) -> bool:
        """Does manual give these digits, and torch miss them from within the bound?"""
        inside = self.torch is not None and distance(self.torch, self.exact) <= self.bound
        return is_printed_as(self.manual, self.recorded) and inside


def record_notes(comparison: Comparison, words: Messages) -> Iterator[str]:
    """How many of the record's numbers each side gives, and why not the others; nothing where there is no record."""
    judged = [entry for entry in _entries(comparison) if entry.recorded is not None]
    if not judged:
        return
    counts = {side: sum(bool(entry.matches[side]) for entry in judged) for side in ("manual", "torch")}
    yield words("note.record", total=len(judged), **counts)
    misses = [miss for entry in judged for miss in _misses(entry, words)]
    yield from _wrong([miss for miss in misses if not miss.is_rounding], words)
    close = [miss for miss in misses if miss.is_rounding]
    others = [miss for miss in close if not is_printed_as(miss.manual, miss.recorded)]
    if others:
        yield words("note.record_near", **_together(others))
    torchs, difference = [miss for miss in close if miss.is_torchs_alone], comparison.first_difference
    if torchs and difference:
        yield words("note.torch_missed", **_together(torchs), cause=words(f"cause.{difference.cause}"))


def at_fault(comparison: Comparison, words: Messages) -> str:
    """The lesson, and what in it differs: outside its bound, or other digits by hand than the record's."""
    names = [
        _name(entry, words)
        for entry in _entries(comparison)
        if entry.verdict == DIFFERS or entry.matches["manual"] is False
    ]
    told = ", ".join(names[:MOST_TOLD] + ["…"] * (len(names) > MOST_TOLD))
    return f"{comparison.name} ({told})" if told else comparison.name


def _entries(comparison: Comparison) -> list[Row | Epoch]:
    return [*comparison.rows, *comparison.trajectory]


def _misses(entry: Row | Epoch, words: Messages) -> Iterator[Miss]:
    """Those of its numbers whose digits a side misses, where there is a truth and a bound to hold them to."""
    if not isfinite(entry.bound) or entry.exact in (float("inf"), float("-inf")):
        return
    columns = (entry.recorded, entry.exact, entry.sides["manual"], entry.sides["torch"])
    several = isinstance(entry.recorded, list)
    for i, (text, exact, manual, torch) in enumerate(zip(*map(listed, columns), strict=True)):
        if not (is_printed_as(manual, text) and is_printed_as(torch, text)):
            name = _name(entry, words) + (f"[{i}]" if several else "")
            yield Miss(name, text, Fraction(exact), manual, torch, entry.bound)


def _name(entry: Row | Epoch, words: Messages) -> str:
    return entry.quantity if isinstance(entry, Row) else words("note.epoch_loss", epoch=entry.epoch)


def _wrong(misses: Sequence[Miss], words: Messages) -> Iterator[str]:
    for miss in misses[:MOST_TOLD]:
        numbers = {"gap": f"{float(miss.gap):.3g}", "exact": f"{float(miss.exact):.6g}"}
        yield words("note.record_wrong", name=miss.name, recorded=miss.recorded, **numbers)
    if len(misses) > MOST_TOLD:
        yield words("note.more", hidden=len(misses) - MOST_TOLD)


def _together(misses: Sequence[Miss]) -> dict[str, object]:
    return {"missed": ", ".join(miss.name for miss in misses), "bound": max(miss.bound for miss in misses)}


def _half_a_digit(text: str) -> Fraction:
    """Half a unit of the last digit printed."""
    mantissa, _, exponent = text.lower().partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2])) / 2
