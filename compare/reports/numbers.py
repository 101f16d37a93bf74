"""Numbers as a student reads them: 2 for 2.0, six digits where these are enough."""

from collections.abc import Sequence

from compare.exercises.findings import Shown

MOST_ENTRIES = 12


def number(value: float | None) -> str:
    """`value` in six digits, or as many as it takes to tell it from a rounder one."""
    if value is None:
        return "nan/inf"
    return "0" if value == 0 else f"{value:.6g}"


def percent(value: float) -> str:
    """`value` to three digits, without an exponent where it is large."""
    return f"{float(f'{value:.3g}'):.15g}"


def term(value: float) -> str:
    """`value` inside a formula: a negative one in brackets."""
    return f"({number(value)})" if value < 0 else number(value)


def shown(value: Shown, exact: bool = False) -> str:
    """A number or a list of them, in six digits or, `exact`, in all; a long list is cut in the middle."""
    if isinstance(value, list):
        entries = [shown(entry, exact) for entry in value]
        return "[" + ", ".join(entries if len(entries) <= MOST_ENTRIES else _cut(entries)) + "]"
    return repr(value) if exact and value is not None else number(value)


def _cut(entries: Sequence[str]) -> list[str]:
    return [*entries[: MOST_ENTRIES // 2], "…", *entries[-MOST_ENTRIES // 2 :]]


def told_apart(first: Shown, second: Shown) -> tuple[str, str]:
    """Both, in as many digits as show that they differ."""
    pair = shown(first), shown(second)
    return pair if pair[0] != pair[1] or first == second else (shown(first, exact=True), shown(second, exact=True))
