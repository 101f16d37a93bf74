"""What is said of a lesson in sentences: below its tables, by `--bits` of its last bits, by `--why` of its run.

Of the digits that a notebook printed: which of them a side misses, and whether rounding can be why. Of the last bits
between manual and torch: where they part, and what of torch's arithmetic explains it. Of the run: what the closed form
predicts, beside what it really did.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from compare.agreement.records import DIFFERS, Comparison, Epoch, Number, Quantity, tally
from compare.agreement.verdicts import distance, is_printed_as, listed
from compare.reports.language import Messages
from compare.reports.terminal import COLUMNS, WIDEST, wrapped

if TYPE_CHECKING:
    from compare.agreement.why import Setting, Why

INDENT = "    "
DIGITS = {"float32": 9, "float64": 17}  # enough to tell any two numbers apart
MOST_TOLD = 3


class Missed(NamedTuple):
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


def _of_the_record(comparison: Comparison, words: Messages) -> Iterator[str]:
    """How many of the record's numbers each side gives, and why not the others; nothing where there is no record."""
    judged = [entry for entry in _entries(comparison) if entry.recorded is not None]
    if not judged:
        return
    yield words("note.record", total=len(judged), **tally(judged).matched)
    misses = [miss for entry in judged for miss in _misses(entry, words)]
    yield from _wrong([miss for miss in misses if not miss.is_rounding], words)
    close = [miss for miss in misses if miss.is_rounding]
    others = [miss for miss in close if not is_printed_as(miss.manual, miss.recorded)]
    if others:
        yield words("note.record_near", **_together(others))
    torchs, difference = [miss for miss in close if miss.is_torchs_alone], comparison.first_difference
    if torchs and difference:
        yield words("note.torch_missed", **_together(torchs), cause=words(f"cause.{difference.cause}"))


def notes(comparison: Comparison, words: Messages) -> Iterator[str]:
    """What to say below a lesson's tables."""
    yield from _of_the_record(comparison, words)
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


def at_fault(comparison: Comparison, words: Messages) -> str:
    """The lesson, and what in it differs: outside its bound, or other digits by hand than the record's."""
    names = [
        _name(entry, words)
        for entry in _entries(comparison)
        if entry.verdict == DIFFERS or entry.matches["manual"] is False
    ]
    told = ", ".join(names[:MOST_TOLD] + ["…"] * (len(names) > MOST_TOLD))
    return f"{comparison.name} ({told})" if told else comparison.name


def _entries(comparison: Comparison) -> list[Quantity | Epoch]:
    return [*comparison.rows, *comparison.trajectory]


def _misses(entry: Quantity | Epoch, words: Messages) -> Iterator[Missed]:
    """Those of its numbers whose digits a side misses, where there is a truth and a bound to hold them to."""
    if not isfinite(entry.bound) or entry.exact in (float("inf"), float("-inf")):
        return
    columns = (entry.recorded, entry.exact, entry.sides["manual"], entry.sides["torch"])
    several = isinstance(entry.recorded, list)
    for i, (text, exact, manual, torch) in enumerate(zip(*map(listed, columns), strict=True)):
        if not (is_printed_as(manual, text) and is_printed_as(torch, text)):
            name = _name(entry, words) + (f"[{i}]" if several else "")
            yield Missed(name, text, Fraction(exact), manual, torch, entry.bound)


def _name(entry: Quantity | Epoch, words: Messages) -> str:
    return entry.quantity if isinstance(entry, Quantity) else words("note.epoch_loss", epoch=entry.epoch)


def _wrong(misses: Sequence[Missed], words: Messages) -> Iterator[str]:
    for miss in misses[:MOST_TOLD]:
        numbers = {"gap": f"{float(miss.gap):.3g}", "exact": f"{float(miss.exact):.6g}"}
        yield words("note.record_wrong", name=miss.name, recorded=miss.recorded, **numbers)
    if len(misses) > MOST_TOLD:
        yield words("note.more", hidden=len(misses) - MOST_TOLD)


def _together(misses: Sequence[Missed]) -> dict[str, object]:
    return {"missed": ", ".join(miss.name for miss in misses), "bound": max(miss.bound for miss in misses)}


def _half_a_digit(text: str) -> Fraction:
    """Half a unit of the last digit printed."""
    mantissa, _, exponent = text.lower().partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2])) / 2


def bits(comparisons: Sequence[Comparison], language: str, columns: int = COLUMNS) -> str:
    """A paragraph a lesson, then what the probe saw of this torch. Each must have its `bits` explained."""
    say = Messages("bits", language)
    told = [*(_of_bits(comparison, say) for comparison in comparisons), *([line] for line in _probed(comparisons, say))]
    return "\n\n".join(_paragraph(lines, min(columns, WIDEST)) for lines in told)


def _paragraph(lines: Iterable[str], columns: int) -> str:
    """At most `columns` wide, all but the first sentence set in."""
    first, *others = lines
    rows = [INDENT + row for line in others for row in wrapped(line, columns - len(INDENT))]
    return "\n".join([*wrapped(first, columns), *rows])


def _of_bits(comparison: Comparison, say: Messages) -> Iterator[str]:
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


def why(found: "Why", language: str, columns: int = COLUMNS) -> str:
    """The text of `--why` for one lesson, in lines of at most `columns`, Hangul counted as two."""
    return "\n".join(row for line in sentences(found, language) for row in wrapped(line, min(columns, WIDEST)))


def sentences(found: "Why", language: str) -> list[str]:
    """A sentence or two an entry, not yet wrapped."""
    words = Messages("why", language)
    return [words("title", title=found.title[language]), *_of_why(found, words)]


def _of_why(found: "Why", words: Messages) -> Iterator[str]:
    if found.uncovered:
        yield words("uncovered", option=found.uncovered)
    elif found.own is None or found.best is None:
        yield words("flat")
    else:
        yield from _shape(found, found.own, words)
        if not found.diverges:
            yield words("long_run", **_said(found.own, found))
        yield from _seen(found, words)
        yield from _better(found, found.best, words)


def _shape(found: "Why", own: "Setting", words: Messages) -> Iterator[str]:
    smallest, largest = _four(found.curvatures[0]), _four(found.curvatures[-1])
    yield words("curvature" if len(found.curvatures) == 1 else "curvatures", smallest=smallest, largest=largest)
    numbers = {"lr": _four(own.lr), "limit": _four(found.limit)}
    rule = f"2 (1 + {_four(own.momentum)})/{largest}" if own.momentum else f"2/{largest}"
    yield words("diverges", **numbers) if found.diverges else words("limit", rule=rule, **numbers)


def _seen(found: "Why", words: Messages) -> Iterator[str]:
    window = found.window
    if window:
        numbers = {name: _four(getattr(window, name)) for name in ("start", "end", "minimum")}
        shares = {"predicted": _four(100 * window.predicted), "seen": _four(100 * window.seen)}
        yield words("window", **numbers, **shares)


def _better(found: "Why", best: "Setting", words: Messages) -> Iterator[str]:
    if len(found.curvatures) == 1:
        yield words("best_alone", lr=_four(best.lr), largest=_four(found.curvatures[0]))
        return
    if found.same_lr:
        yield words("best_momentum", **_said(found.same_lr, found))
    yield words("best", **_said(best, found))


def _said(choice: "Setting", found: "Why") -> dict[str, object]:
    numbers = {"lr": _four(choice.lr), "momentum": _four(choice.momentum)}
    return {**numbers, "every": found.every, "percent": _four(100 * choice.factor)}


def _four(value: float) -> str:
    """Four digits, without an exponent where that is shorter to read."""
    return f"{value:.4g}"
