"""Tensors as torch prints them, to the character. The layout is that of torch's `_tensor_str.py`."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from manual.autograd.rounding import Array

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
        edge, shown = shown_as["edgeitems"] if array.size > shown_as["threshold"] else None, array
        for axis in range(array.ndim):
            shown = _ends(shown, axis, edge)
        body = _entries(array, len(prefix), edge, _Entry(shown))
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


def _entries(array: Array, indent: int, edge: int | None, entry: _Entry) -> str:
    """The entries in brackets; of a long dimension `edge` at each end, or all where that is None."""
    if array.ndim == 0:
        return entry(array.item())
    cut = edge is not None and len(array) > 2 * edge
    shown = _ends(array, 0, edge)
    parts = (
        [*map(entry, shown.tolist())] if array.ndim == 1 else [_entries(one, indent + 1, edge, entry) for one in shown]
    )
    if cut:
        parts.insert(edge or 0, "..." if array.ndim > 1 else " ...")
    per_line = max(1, (shown_as["linewidth"] - indent) // (entry.width + 2)) if array.ndim == 1 else 1
    lines = [", ".join(parts[i : i + per_line]) for i in range(0, len(parts), per_line)]
    return "[" + ("," + "\n" * max(array.ndim - 1, 1) + " " * (indent + 1)).join(lines) + "]"


def _ends(array: Array, axis: int, edge: int | None) -> Array:
    """What is shown of a dimension."""
    if edge is None or array.shape[axis] <= 2 * edge:
        return array
    return np.take(array, [*range(edge), *range(-edge, 0)], axis)


def _wrapped(body: str, suffixes: Sequence[str], indent: int) -> str:
    used = len(body) - body.rfind("\n") + 1
    for suffix in suffixes:
        if used + len(suffix) + 2 > shown_as["linewidth"]:
            body, used = f"{body},\n{' ' * indent}{suffix}", indent + len(suffix)
        else:
            body, used = f"{body}, {suffix}", used + len(suffix) + 2
    return body
