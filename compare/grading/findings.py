"""A finding as one line of JSON and back, for the ledger: fields by their names, numbers in full.

A field that has its default is left out: of a right exercise, nearly all of them.
"""

import json
from functools import lru_cache
from math import isfinite
from typing import Any

from compare.exercises.findings import Counterexample, ExerciseFinding, Failure, Finding


def encode(finding: Finding) -> str:
    """The same finding, the same text, byte for byte."""
    return json.dumps(_plain(finding), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@lru_cache(maxsize=256)  # the right answers of a class have one finding
def decode(text: str) -> Finding:
    """What `encode` was given. Raises `TypeError` or `KeyError` for a text of another version."""
    data = json.loads(text)
    exercises = tuple(_exercise(row) for row in data["exercises"])
    notes, reference = tuple(data.get("notes", ())), data.get("reference", "")
    return Finding(data["points"], data["of"], exercises, _failure(data), notes, reference)


def _failure(data: dict[str, Any]) -> Failure | None:
    return Failure(**data["failure"]) if "failure" in data else None


def _plain(record: Any) -> Any:
    if hasattr(record, "_fields"):
        usual = record._field_defaults
        told = zip(record._fields, record, strict=True)
        return {name: _plain(value) for name, value in told if name not in usual or value != usual[name]}
    if isinstance(record, str):  # half a surrogate pair in a student's message is no text that a file can hold
        return record.encode("utf-8", "backslashreplace").decode()
    if isinstance(record, float) and not isfinite(record):
        return None
    return [_plain(value) for value in record] if isinstance(record, tuple) else record


def _exercise(row: dict[str, Any]) -> ExerciseFinding:
    counterexample = row.pop("counterexample", None)
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return ExerciseFinding(**fields, counterexample=Counterexample(**counterexample) if counterexample else None)
