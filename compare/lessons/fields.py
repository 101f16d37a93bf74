"""The keys of a lesson's file, one reader a kind of value. Each says which key is wrong, and why."""

import difflib
import json
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

LESSON_KEYS = (
    "title", "dtype", "x", "y", "centre", "w", "b", "trained", "optimizer", "epochs", "record_every", "steps_before",
    "recorded",
)  # fmt: skip
OPTIMIZER_NUMBERS = ("lr", "momentum", "dampening", "weight_decay")
OPTIMIZER_SWITCHES = ("nesterov", "maximize")
RECORD_KEYS = ("yp", "loss", "dw", "db", "w_next", "b_next", "w_final", "b_final", "losses")
DTYPES = ("float32", "float64")
LARGEST_EXPONENT = 300  # a decimal such as 1e999999999 would be an integer that no machine can hold
LONGEST = 40  # characters of a value that is shown
LARGEST_COUNT = 2000  # epochs: the exact run and the bound of a run grow with the square of their number
PRINTED = re.compile(r"[+-]?(\d++(?:\.\d*+)?|\.\d++)([eE][+-]?\d{1,3})?", re.ASCII)


class FieldError(Exception):
    """A key is missing or holds what it cannot: `why` is that of a `Fault` of the file, with its other fields."""

    def __init__(self, why: str, **fields: object) -> None:
        super().__init__(why)
        self.why, self.fields = why, fields


def refuse_unknown(table: Mapping[str, Any], known: Collection[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            if close:
                raise FieldError("unknown-key-close", key=prefix + key, close=close[0])
            raise FieldError("unknown-key", key=prefix + key, known=", ".join(known))


def inputs(table: Mapping[str, Any]) -> tuple[Any, ...]:
    """x: n numbers, or n lists of d numbers each."""
    rows = _list(table, "x", "[1, 2, 3]")
    if not isinstance(rows[0], list):
        return numbers(table, "x")
    width = len(rows[0])
    if width == 0 or not all(isinstance(row, list) and len(row) == width for row in rows):
        raise FieldError("rows")
    return tuple(tuple(_number("x", value) for value in row) for row in rows)


def numbers(table: Mapping[str, Any], key: str, example: str = "[1, 2, 3]") -> tuple[Fraction, ...]:
    return tuple(_number(key, value) for value in _list(table, key, example))


def number(table: Mapping[str, Any], key: str) -> Fraction:
    return _number(key, _required(table, key, "1.0"))


def weight(table: Mapping[str, Any], x: tuple[Any, ...]) -> Any:
    """w: a number, or with x of d features a list of d numbers."""
    if not isinstance(x[0], tuple):
        return number(table, "w")
    values = numbers(table, "w", f"[{', '.join('0' for _ in x[0])}]")
    if len(values) != len(x[0]):
        raise FieldError("features", count=len(x[0]), given=len(values))
    return values


def same_length(x: tuple[Any, ...], y: tuple[Any, ...]) -> None:
    if len(x) != len(y):
        raise FieldError("length", count=len(x), given=len(y))


def title(table: Mapping[str, Any]) -> dict[str, str]:
    value = _required(table, "title", '"My lesson"')
    texts = {"en": value, "ko": value} if isinstance(value, str) else value
    if not isinstance(texts, dict) or set(texts) != {"en", "ko"} or not all(isinstance(t, str) for t in texts.values()):
        raise FieldError("title")
    return texts


def dtype(table: Mapping[str, Any]) -> str:
    value = table.get("dtype", "float32")
    if value not in DTYPES:
        raise FieldError("dtype", given=shown(value))
    return str(value)


def boolean(table: Mapping[str, Any], key: str, prefix: str = "") -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise FieldError("boolean", key=prefix + key, given=shown(value))
    return value


def count(table: Mapping[str, Any], key: str, default: Any, least: int = 0) -> Any:
    value = table.get(key, default)
    if value is default:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST_COUNT:
        raise FieldError("count", key=key, least=least, most=LARGEST_COUNT, given=shown(value))
    return value


def trained(table: Mapping[str, Any]) -> tuple[str, ...]:
    value = table.get("trained", ["w", "b"])
    if not isinstance(value, list) or not all(name in ("w", "b") for name in value) or len(set(value)) != len(value):
        raise FieldError("trained", given=shown(value))
    return tuple(value)


def optimizer(table: Mapping[str, Any]) -> dict[str, Any]:
    options = _required(table, "optimizer", "{lr = 0.01}")
    if not isinstance(options, dict):
        raise FieldError("optimizer")
    refuse_unknown(options, (*OPTIMIZER_NUMBERS, *OPTIMIZER_SWITCHES), "optimizer.")
    if "lr" not in options:
        raise FieldError("missing-lr")
    values = {key: _number(f"optimizer.{key}", options[key]) for key in OPTIMIZER_NUMBERS if key in options}
    return values | {key: boolean(options, key, "optimizer.") for key in OPTIMIZER_SWITCHES if key in options}


def recorded(table: Mapping[str, Any]) -> dict[str, Any]:
    record = table.get("recorded", {})
    if not isinstance(record, dict):
        raise FieldError("recorded")
    refuse_unknown(record, RECORD_KEYS, "recorded.")
    return {key: _printed(f"recorded.{key}", value) for key, value in record.items()}


def _printed(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_printed(key, one) for one in value)
    if not isinstance(value, str) or not PRINTED.fullmatch(value):
        raise FieldError("printed", key=key, given=shown(value))
    return value


def _required(table: Mapping[str, Any], key: str, example: str) -> Any:
    if key not in table:
        raise FieldError("missing", key=key, example=example)
    return table[key]


def _list(table: Mapping[str, Any], key: str, example: str) -> list[Any]:
    values = _required(table, key, example)
    if not isinstance(values, list) or not values:
        raise FieldError("list", key=key, example=example)
    return values


def _number(key: str, value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise FieldError("number", key=key, given=shown(value))
    if not Decimal(value).is_finite():
        raise FieldError("finite", key=key, given=value)
    if Decimal(value) and not -LARGEST_EXPONENT <= Decimal(value).adjusted() <= LARGEST_EXPONENT:
        raise FieldError("size", key=key, given=shown(value))
    return Fraction(value)


def shown(value: Any) -> str:
    """`value` as its writer would know it again: as TOML writes it, cut where it is long."""
    text = _toml(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_toml(entry)}' for key, entry in value.items())}}}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
