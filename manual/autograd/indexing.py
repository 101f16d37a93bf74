"""What an index means: the key for NumPy, and torch's name for the last step that it takes."""

from typing import Any

import numpy as np

STEPS = {slice: "SliceBackward0", type(None): "UnsqueezeBackward0"}  # whatever else is taken is a number


def resolved(key: Any) -> tuple[str, Any]:
    """(name, key) of an index: numbers, slices, None and `...` look into the same memory, all else copies."""
    parts = tuple(map(_plain, key if isinstance(key, tuple) else (key,)))
    if any(isinstance(part, list | np.ndarray | bool) for part in parts):
        return "IndexBackward0", parts
    steps = [type(part) for part in parts if part is not Ellipsis and (part != slice(None) or len(parts) == 1)]
    whole = parts if Ellipsis in parts else (*parts, Ellipsis)  # with it NumPy gives a view of one entry, not a copy
    return (STEPS.get(steps[-1], "SelectBackward0") if steps else "AliasBackward0"), whole


def _plain(part: Any) -> Any:
    """A part of an index as NumPy takes it: a tensor's array, and the Python number that a 0-d array holds."""
    part = getattr(part, "array", part)
    return part.item() if isinstance(part, np.ndarray | np.generic) and not part.ndim else part
