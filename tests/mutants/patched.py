"""A fault brought into a process that has already imported the module: the code of its functions is replaced."""

import functools
import gc
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

Where = tuple[str, tuple[tuple[int | None, ...], ...]]
Functions = dict[Where, list[FunctionType]]


class Unfit(Exception):
    """The fault cannot be brought in: what it changes has been executed by the import."""


class Live:
    """The functions and the caches of the checkout that this process has imported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.functions: dict[str, Functions] = defaultdict(lambda: defaultdict(list))
        self.caches = []
        for found in gc.get_objects():
            if isinstance(found, FunctionType) and found.__code__.co_filename.startswith(f"{folder}/"):
                self.functions[found.__code__.co_filename][_where(found.__code__)].append(found)
            elif isinstance(found, functools._lru_cache_wrapper) and hasattr(found, "__wrapped__"):
                self.caches.append(found)

    def patch(self, file: Path, old: str, new: str) -> None:
        """Make the functions of `file` what `new` makes of them. Raises Unfit where that is not all that it changes."""
        path = str(self.folder / file)
        if path in self.functions:  # else it has not been imported yet, and will be read as it is then
            before, after = (compile(text, path, "exec", dont_inherit=True) for text in (old, new))
            self._replace(self.functions[path], before, after)
        self.forget()

    def forget(self) -> None:
        """What was computed by the import is computed again."""
        for cache in self.caches:
            cache.cache_clear()

    def _replace(self, live: Functions, old: CodeType, new: CodeType, inside: bool = False) -> None:
        functions = live.get(_where(old), [])
        if not inside and not functions and _own(old) != _own(new):
            raise Unfit
        for function in functions:
            if function.__code__.co_freevars != new.co_freevars:
                raise Unfit
            function.__code__ = new
        for before, after in _pairs(old, new):
            self._replace(live, before, after, inside or bool(functions))


def _where(code: CodeType) -> Where:
    return code.co_qualname, tuple(code.co_positions())


def _own(code: CodeType) -> tuple[object, ...]:
    """What the code does, without what the functions in it do."""
    constants = [code.co_name if isinstance(code, CodeType) else repr(code) for code in code.co_consts]
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The functions in the one, each with its like in the other; none where the one has not the same as the other."""
    ours, theirs = ([one for one in code.co_consts if isinstance(one, CodeType)] for code in (old, new))
    if [one.co_name for one in ours] == [one.co_name for one in theirs]:
        yield from zip(ours, theirs, strict=True)
