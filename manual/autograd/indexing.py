"""What an index means: the key for NumPy, and torch's name for the last step that it takes."""

from typing import Any

import numpy as np

from manual.autograd.errors import refusal, refuse
from manual.autograd.rounding import Array

STEPS = {slice: "SliceBackward0", type(None): "UnsqueezeBackward0"}  # whatever else is taken is a number
TAKEN = (int, np.integer, slice, type(None), type(Ellipsis), list, np.ndarray, np.bool_)


def resolved(array: Array, key: Any) -> tuple[str, Any]:
    """(name, key) of an index: numbers, slices, None and `...` look into the same memory, all else copies.

    Raises `IndexError` in torch's words for what is no index or not there, `ValueError` for a step backwards.
    """
    parts = tuple(map(_plain, key if isinstance(key, tuple) else (key,)))
    for i, part in enumerate(parts):
        if isinstance(part, np.ndarray):
            refuse(part.dtype.kind == "f", "index-dtype")
            there = array.shape[i : i + part.ndim]
            refuse(part.dtype == bool and part.shape != there, "index-mask", [*part.shape], i, [*array.shape], i)
        refuse(not isinstance(part, TAKEN), "index", type(part).__name__)
        refuse(isinstance(part, slice) and part.step is not None and part.step <= 0, "index-step")
    if any(isinstance(part, list | np.ndarray | bool) for part in parts):
        return "IndexBackward0", parts
    _check(array.shape, [part for part in parts if part is not None])
    steps = [type(part) for part in parts if part is not Ellipsis and (part != slice(None) or len(parts) == 1)]
    whole = parts if Ellipsis in parts else (*parts, Ellipsis)  # with it NumPy gives a view of one entry, not a copy
    return (STEPS.get(steps[-1], "SelectBackward0") if steps else "AliasBackward0"), whole


def _plain(part: Any) -> Any:
    """A part of an index as NumPy takes it: a tensor's array, and the Python number that a 0-d array holds."""
    part = list(part) if isinstance(part, range) else getattr(part, "array", part)
    if isinstance(part, np.ndarray | np.generic) and not part.ndim:
        return part.item()
    return part.astype(bool) if isinstance(part, np.ndarray) and part.dtype == np.uint8 else part  # a mask, as in torch


def _check(shape: tuple[int, ...], parts: list[Any]) -> None:
    """Raise for numbers beyond their axis, and for more parts than there are axes."""
    named = [part for part in parts if part is not Ellipsis]
    refuse(not shape and any(isinstance(part, int) for part in named), "index-0d")
    refuse(len(named) > len(shape), "index-many", len(shape))
    gap = parts.index(Ellipsis) if Ellipsis in parts else len(parts)
    for i, part in enumerate(named):
        axis = i if i < gap else i + len(shape) - len(named)
        if isinstance(part, int) and not -shape[axis] <= part < shape[axis]:
            raise refusal("index-bounds", part, axis, shape[axis])
