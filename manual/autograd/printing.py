"""Tensors as torch prints them, to the character. The layout is that of torch's `_tensor_str.py`."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from manual.autograd.core import Array

DEFAULTS = {  # digits, entries shown in full, entries shown at each end of a long dimension, characters of a line
    "precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80, "sci_mode": None,
}  # fmt: skip
shown_as: dict[str, Any] = dict(DEFAULTS)


def set_printoptions(*, profile: str | None = None, **options: Any) -> None:
    """How tensors are printed from now on: `precision`, `threshold`, `edgeitems`, `linewidth`, `sci_mode`."""
    shown_as.update({**(DEFAULTS if profile == "default" else {}), **options})


def text(array: Array, suffixes: Sequence[str] = ()) -> str:
    """`tensor(…)` with the suffixes, such as `requires_grad=True`, wrapped where the line is full."""
    prefix = "tensor("
    if not array.size:
        body = "[]"
        suffixes = [f"size={array.shape}", *suffixes] if array.ndim != 1 else suffixes
    else:
        long = array.size > shown_as["threshold"]
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
        scientific = scientific if shown_as["sci_mode"] is None else shown_as["sci_mode"]
        if scientific:
            self.form, self.whole = f"{{:.{shown_as['precision']}e}}", False
        else:
            self.form = "{:.0f}" if self.whole else f"{{:.{shown_as['precision']}f}}"

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
    edge = shown_as["edgeitems"]
    if long and len(array) > 2 * edge:
        rows.insert(edge, "...")
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(rows) + "]"


def _row(array: Array, indent: int, long: bool, entry: _Entry) -> str:
    per_line = max(1, (shown_as["linewidth"] - indent) // (entry.width + 2))
    cells = [entry(value) for value in _shown(array, long).tolist()]
    edge = shown_as["edgeitems"]
    if long and len(array) > 2 * edge:
        cells.insert(edge, " ...")
    lines = [", ".join(cells[i : i + per_line]) for i in range(0, len(cells), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _shown(array: Array, long: bool) -> Array:
    edge = shown_as["edgeitems"]
    return np.concatenate([array[:edge], array[-edge:]]) if long and len(array) > 2 * edge else array


def _ends(array: Array) -> Array:
    """The entries that a shortened print shows."""
    edge = shown_as["edgeitems"]
    for axis, length in enumerate(array.shape):
        if length > 2 * edge:
            array = np.take(array, [*range(edge), *range(-edge, 0)], axis)
    return array


def _wrapped(body: str, suffixes: Sequence[str], indent: int) -> str:
    used = len(body) - body.rfind("\n") + 1
    for suffix in suffixes:
        if used + len(suffix) + 2 > shown_as["linewidth"]:
            body, used = f"{body},\n{' ' * indent}{suffix}", indent + len(suffix)
        else:
            body, used = f"{body}, {suffix}", used + len(suffix) + 2
    return body
