"""What the comparison of one lesson found: plain records that every renderer reads and none changes.

Values are Python floats (the exact double of what a side computed), lists of them for arrays, and `Fraction`s for the
truth. A value that is not finite is `None`.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

Number: TypeAlias = float | None
Value: TypeAlias = Number | list[Number]
Truth: TypeAlias = Fraction | list[Fraction]

SIDES = ("manual", "autograd", "torch")

AGREE, DIFFER = "agree", "differ"  # a lesson's verdict, and the whole comparison's; or UNCHECKED, below
IDENTICAL = "identical"  # every side the same bits, inside the bound
WITHIN_ROUNDING = "within-rounding"  # every side inside the bound around the truth
DIFFERS = "differs"  # some side outside the bound
UNCHECKED = "unchecked"  # the bound is larger than the value: only the single steps are judged


class Quantity(NamedTuple):
    """One quantity of the lesson, by every side."""

    quantity: str
    exact: Truth
    sides: Mapping[str, Value]
    recorded: str | list[str] | None
    matches: Mapping[str, bool | None]  # does the side, rounded to the digits printed, equal the record?
    ulp: int  # the largest distance between any two sides
    bound: float  # the largest allowance of any entry
    verdict: str


class Epoch(NamedTuple):
    """The loss of one recorded epoch, by every side. `fault` names the first quantity outside its bound, if any."""

    epoch: int
    exact: float
    sides: Mapping[str, Number]
    recorded: str | None
    matches: Mapping[str, bool | None]
    ulp: int
    bound: float
    verdict: str
    fault: str | None


class Difference(NamedTuple):
    """The first epoch whose bits differ between manual and torch, in which quantity, and why."""

    epoch: int
    quantity: str
    manual: float
    torch: float
    cause: str


class Explanation(NamedTuple):
    """Every bit between manual and torch in one run of `updates` updates."""

    updates: int
    identical: int  # updates whose numbers have the same bits on both sides
    first: Difference | None
    replayed: int  # updates that torch's arithmetic in NumPy repeats to the bit
    fused: bool  # does this torch round its updates once?
    lanes: int  # the bytes that its sums take at once; 0 where they are in no order known here


class Comparison(NamedTuple):
    """One lesson, by every side. `curves[side]` holds every epoch's `loss`, `w`, `b`, and `ulp` from the truth."""

    name: str
    title: Mapping[str, str]  # by language
    dtype: str
    verdict: str
    rows: list[Quantity]
    trajectory: list[Epoch]
    diverged_at: int | None
    first_difference: Difference | None
    x: list[float] | list[list[float]]
    y: list[float]
    options: Mapping[str, float | bool]
    curves: Mapping[str, Mapping[str, list[Number]]]
    bits: Explanation | None = None  # where it was asked for


class Tally(NamedTuple):
    """How many rows and epochs there are, have the same bits, have a record, and by side match it."""

    compared: int
    identical: int
    recorded: int
    matched: Mapping[str, int]


def tally(entries: Sequence[Quantity | Epoch]) -> Tally:
    printed = [entry.matches for entry in entries if entry.recorded is not None]
    matched = {side: sum(bool(matches.get(side)) for matches in printed) for side in SIDES}
    return Tally(len(entries), sum(entry.verdict == IDENTICAL for entry in entries), len(printed), matched)


def overall_verdict(comparisons: Sequence[Comparison]) -> str:
    """`differ` if any lesson does, else `unchecked` if any lesson could not be judged, else `agree`."""
    found = {comparison.verdict for comparison in comparisons}
    return next((verdict for verdict in (DIFFER, UNCHECKED) if verdict in found), AGREE)
