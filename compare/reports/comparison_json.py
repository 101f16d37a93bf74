"""A comparison as one JSON object, every number as the sides gave it."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from compare.agreement.records import AGREE, DIFFER, SIDES, UNCHECKED, Comparison, Epoch, Row
from compare.reports import bits


def overall_verdict(comparisons: Sequence[Comparison]) -> str:
    """`differ` if any lesson does, else `unchecked` if any lesson could not be judged, else `agree`."""
    found = {comparison.verdict for comparison in comparisons}
    return next((verdict for verdict in (DIFFER, UNCHECKED) if verdict in found), AGREE)


def render(comparisons: Sequence[Comparison]) -> str:
    """The object as text. Fractions are strings; what is not finite is null."""
    found = {"verdict": overall_verdict(comparisons), "lessons": [_lesson(comparison) for comparison in comparisons]}
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False)


def _lesson(comparison: Comparison) -> dict[str, Any]:
    return {
        "name": comparison.name,
        "dtype": comparison.dtype,
        "verdict": comparison.verdict,
        "rows": [_row(row) for row in comparison.rows],
        "trajectory": [_epoch(epoch) for epoch in comparison.trajectory],
        "diverged_at": comparison.diverged_at,
        "first_difference": bits.difference(comparison.first_difference),
        "bits": bits.json(comparison.bits) if comparison.bits else None,
    }


def _row(row: Row) -> dict[str, Any]:
    exact = [str(value) for value in row.exact] if isinstance(row.exact, list) else str(row.exact)
    return {"quantity": row.quantity, "exact": exact, **_judged(row)}


def _epoch(epoch: Epoch) -> dict[str, Any]:
    return {"epoch": epoch.epoch, "exact": _finite(epoch.exact), **_judged(epoch), "fault": epoch.fault}


def _judged(entry: Row | Epoch) -> dict[str, Any]:
    return {
        **_by_side(entry.sides),
        "recorded": entry.recorded,
        **{f"{side}_matches_record": entry.matches.get(side) for side in SIDES},
        "ulp": entry.ulp,
        "bound": _finite(entry.bound),
        "verdict": entry.verdict,
    }


def _by_side(sides: Mapping[str, Any]) -> dict[str, Any]:
    return {side: sides.get(side) for side in SIDES}


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None
