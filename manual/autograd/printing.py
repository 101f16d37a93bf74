"""Tensors as torch prints them, to the character. The layout is that of torch's `_tensor_str.py`."""

import math
from collections.abc import Sequence

import numpy as np

from manual.autograd.core import Array

DIGITS = 4
LINE = 80  # characters
EDGE = 3  # entries shown at each end of a long dimension
LONGEST = 1000  # entries shown in full


def text(array: Array, suffixes: Sequence[str] = ()) -> str:
    """`tensor(…)` with the suffixes, such as `requires_grad=True`, wrapped where the line is full."""
    prefix = "tensor("
    if not array.size:
        body = "[]"
        suffixes = [f"size={array.shape}", *suffixes] if array.ndim != 1 else suffixes
    else:
        long = array.size > LONGEST
        body = _entries(array, len(prefix), long, _Entry(_ends(array) if long else array))
    return _wrapped(prefix + body, suffixes, len(prefix)) + ")"


class _Entry:
    """How one entry is printed, decided by all that are shown: in one width; whole, with digits or scientific."""

    def __init__(self, array: Array) -> None:
        self.form = "{}"
        self.whole = array.dtype.kind == "f"
        shown = array.ravel()
        if array.dtype.kind == "f":
            shown = shown[np.isfinite(shown) & (shown != 0)].astype(np.float64)
            self._choose(shown)
        self.width = max((len(self._bare(value)) for value in shown.tolist()), default=1)

    def _choose(self, shown: Array) -> None:
        if not shown.size:
            self.form = "{:.0f}"
            return
        least, most = np.abs(shown).min(), np.abs(shown).max()
        self.whole = bool((shown == np.ceil(shown)).all())
        with np.errstate(over="ignore"):
            scientific = most / least > 1000 or most > 1e8 or least < 1e-4
        if scientific:
            self.form, self.whole = f"{{:.{DIGITS}e}}", False
        else:
            self.form = "{:.0f}" if self.whole else f"{{:.{DIGITS}f}}"

    def _bare(self, value: float) -> str:
        return self.form.format(value) + ("." if self.whole and math.isfinite(value) else "")

    def __call__(self, value: float) -> str:
        return self._bare(value).rjust(self.width)


def _entries(array: Array, indent: int, long: bool, entry: _Entry) -> str:
    if array.ndim == 0:
        return entry(array.item())
    if array.ndim == 1:
        return _row(array, indent, long, entry)
    rows = [_entries(row, indent + 1, long, entry) for row in _shown(array, long)]
    if long and len(array) > 2 * EDGE:
        rows.insert(EDGE, "...")
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(rows) + "]"


def _row(array: Array, indent: int, long: bool, entry: _Entry) -> str:
    per_line = max(1, (LINE - indent) // (entry.width + 2))
    cells = [entry(value) for value in _shown(array, long).tolist()]
    if long and len(array) > 2 * EDGE:
        cells.insert(EDGE, " ...")
    lines = [", ".join(cells[i : i + per_line]) for i in range(0, len(cells), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _shown(array: Array, long: bool) -> Array:
    return np.concatenate([array[:EDGE], array[-EDGE:]]) if long and len(array) > 2 * EDGE else array


def _ends(array: Array) -> Array:
    """The entries that a shortened print shows."""
    for axis, length in enumerate(array.shape):
        if length > 2 * EDGE:
            array = np.take(array, [*range(EDGE), *range(-EDGE, 0)], axis)
    return array


def _wrapped(body: str, suffixes: Sequence[str], indent: int) -> str:
    used = len(body) - body.rfind("\n") + 1
    for suffix in suffixes:
        if used + len(suffix) + 2 > LINE:
            body, used = f"{body},\n{' ' * indent}{suffix}", indent + len(suffix)
        else:
            body, used = f"{body}, {suffix}", used + len(suffix) + 2
    return body
