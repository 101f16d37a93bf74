"""Functions that are not there yet: those with an empty body, and those that may have been meant by another name."""

from collections.abc import Mapping
from types import CodeType, FunctionType, ModuleType
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


def outside(function: object) -> tuple[str, ...]:
    """A note of each value of the top level that the function itself reads: no function, class or module."""
    if type(function) is not FunctionType:
        return ()
    codes, around = [function.__code__], function.__globals__
    for code in codes:
        codes += [constant for constant in code.co_consts if type(constant) is CodeType]
    read = {name for code in codes for name in code.co_names if name in around and _is_value(around[name])}
    if not read:
        return ()
    import dis  # costs its import only where such a name is there

    found = dict[str, int]()
    for step in (step for code in codes for step in dis.get_instructions(code)):
        if step.opname == "LOAD_GLOBAL" and step.argval in read and step.positions and step.positions.lineno:
            found.setdefault(step.argval, step.positions.lineno)
    return tuple(f"reads:{name}:{line}" for name, line in found.items())


def _is_value(value: object) -> bool:
    return not isinstance(value, ModuleType) and not callable(value)


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
