"""What an index means: the key for NumPy, and torch's name for the last step that it takes."""

from typing import Any

import numpy as np

STEPS = {int: "SelectBackward0", slice: "SliceBackward0", type(None): "UnsqueezeBackward0"}


def resolved(key: Any) -> tuple[str, Any]:
    """(name, key) of an index: numbers, slices, None and `...` look into the same memory, lists and arrays copy."""
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(getattr(part, "array", part) for part in parts)
    if any(isinstance(part, list | np.ndarray) for part in parts):
        return "IndexBackward0", parts
    steps = [type(part) for part in parts if part is not Ellipsis and (part != slice(None) or len(parts) == 1)]
    whole = parts if Ellipsis in parts else (*parts, Ellipsis)  # with it NumPy gives a view of one entry, not a copy
    return (STEPS.get(steps[-1], "SelectBackward0") if steps else "AliasBackward0"), whole
