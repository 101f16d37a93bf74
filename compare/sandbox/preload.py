"""Modules that answers import, loaded before a fork gives up the right to read them.

Where the interpreter lies in a folder that only its owner may enter (root's home, say), a fork that became another user
cannot import anything. So what a source names is imported first, and meanwhile the zygote comes to know them all.
"""

import importlib
from collections.abc import Iterator
from contextlib import suppress

MODULES = (
    *("math", "random", "statistics", "fractions", "decimal", "numbers", "cmath", "operator", "functools", "itertools"),
    *("collections", "dataclasses", "typing", "abc", "enum", "copy", "time", "datetime", "timeit", "json", "csv"),
    *("string", "textwrap", "pprint", "warnings", "contextlib", "traceback", "io", "types", "inspect", "bisect"),
    *("heapq", "array", "struct", "unittest", "doctest", "logging", "argparse", "pathlib", "platform", "tempfile"),
    *("numpy.random", "numpy.testing", "numpy.linalg", "numpy.fft", "numpy.ma", "numpy.polynomial", "numpy.typing"),
)


def named_in(source: bytes) -> None:
    """Import those of the modules whose name occurs in `source`."""
    for module in MODULES:
        if module.rpartition(".")[2].encode() in source:
            _import(module)


def one_by_one() -> Iterator[None]:
    """Import the next of the modules at each step."""
    for module in MODULES:
        _import(module)
        yield


def _import(module: str) -> None:
    with suppress(ImportError):
        importlib.import_module(module)
