"""The judge. In a notebook or at the prompt: `from compare import check`."""

from typing import Any

__all__ = ["check"]


def __getattr__(name: str) -> Any:
    """Make `check` when it is first asked for: nothing else that imports this package pays for it."""
    if name != "check":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from compare.interactive import Check

    globals()[name] = Check()
    return globals()[name]
