"""A comparison as one JSON object, every number as the sides gave it."""

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any

from compare.agreement.records import (
    SIDES,
    Comparison,
    Difference,
    Epoch,
    Explanation,
    Quantity,
    Truth,
    overall_verdict,
)


def render(comparisons: Sequence[Comparison]) -> str:
    """The object as text. Fractions are strings; what is not finite is null."""
    found = {"verdict": overall_verdict(comparisons), "lessons": [_lesson(comparison) for comparison in comparisons]}
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False)


def _lesson(comparison: Comparison) -> dict[str, Any]:
    return {
        "name": comparison.name,
        "dtype": comparison.dtype,
        "verdict": comparison.verdict,
        "rows": [{"quantity": row.quantity, "exact": _fractions(row.exact), **_judged(row)} for row in comparison.rows],
        "trajectory": [
            {"epoch": one.epoch, "exact": _finite(one.exact), **_judged(one), "fault": one.fault}
            for one in comparison.trajectory
        ],
        "diverged_at": comparison.diverged_at,
        "first_difference": _difference(comparison.first_difference),
        "bits": bits(comparison.bits) if comparison.bits else None,
    }


def bits(explanation: Explanation) -> dict[str, Any]:
    """The explanation as a JSON object; `first` is null where there is no difference."""
    return explanation._asdict() | {"first": _difference(explanation.first)}


def _difference(first: Difference | None) -> dict[str, Any] | None:
    """The first difference as a JSON object, a value that is not finite as null."""
    if first is None:
        return None
    values = {"manual": first.manual, "torch": first.torch}
    return first._asdict() | {side: value if isfinite(value) else None for side, value in values.items()}


def _fractions(exact: Truth) -> str | list[str]:
    return list(map(str, exact)) if isinstance(exact, list) else str(exact)


def _judged(entry: Quantity | Epoch) -> dict[str, Any]:
    return {
        **{side: entry.sides.get(side) for side in SIDES},
        "recorded": entry.recorded,
        **{f"{side}_matches_record": entry.matches.get(side) for side in SIDES},
        "ulp": entry.ulp,
        "bound": _finite(entry.bound),
        "verdict": entry.verdict,
    }


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None
