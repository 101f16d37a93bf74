"""Functions that are not there yet: those with an empty body, and those that may have been meant by another name."""

from collections.abc import Mapping
from types import FunctionType
from typing import Any

CLOSE = 0.75  # of difflib's ratio: `gradient` is close to `gradients`, but not to `train`


def empty(function: object, source: bytes) -> bool:
    """Is its body nothing but `pass`, `...` or a docstring? What is the same to Python, `return`, is an answer."""
    if type(function) is not FunctionType:
        return False
    code, nothing = function.__code__, _nothing.__code__
    same = code.co_code[::2] == nothing.co_code[::2]  # the operations without their arguments
    if not same or any(constant not in (None, function.__doc__) for constant in code.co_consts):
        return False
    last = max(line or 0 for *_, line in code.co_lines())
    return b"return" not in b"".join(source.splitlines()[last - 1 : last])


def _nothing() -> None: ...


def misspelt(name: str, names: Mapping[str, Any], filename: str) -> tuple[str, ...]:
    """A note of the function of the student's whose name is closest to `name`; none where none is close."""
    functions = {each.lower(): value for each, value in names.items() if type(value) is FunctionType}
    own = {each: value for each, value in functions.items() if value.__code__.co_filename == filename}
    if not own:
        return ()
    from difflib import get_close_matches  # costs its import only where something is missing

    found = [own[close].__code__ for close in get_close_matches(name.lower(), own, 1, CLOSE)]
    return tuple(f"perhaps:{code.co_name}:{code.co_firstlineno}" for code in found)
