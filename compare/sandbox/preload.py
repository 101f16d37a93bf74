"""Modules that answers often import, loaded by the zygote while it has nothing else to do.

They cost an answer nothing from then on; the first answers load what they need themselves.
"""

import importlib
from collections.abc import Iterator
from contextlib import suppress

MODULES = (
    *("random", "numpy.random", "statistics", "fractions", "decimal", "dataclasses", "typing", "copy", "datetime"),
    *("unicodedata", "json", "csv", "inspect", "textwrap", "pprint", "numpy.linalg", "numpy.ma", "numpy.testing"),
    *("numpy.polynomial", "unittest", "doctest", "pathlib", "timeit"),
)


def one_by_one() -> Iterator[None]:
    """Import the next of the modules at each step."""
    for module in MODULES:
        with suppress(ImportError):
            importlib.import_module(module)
        yield
