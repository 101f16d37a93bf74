"""The judge. In a notebook or at the prompt: `from compare import check`."""

import os
import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path and sys.path[:1] != [os.path.dirname(__path__[0])]:
    del sys.path[0]  # the working folder: a `json.py` that somebody handed in would be imported where it lies

from typing import Any

__all__ = ["check"]


def __getattr__(name: str) -> Any:
    """Make `check` when it is first asked for: nothing else that imports this package pays for it."""
    if name != "check":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from compare.interactive import Check

    globals()[name] = Check()
    return globals()[name]
