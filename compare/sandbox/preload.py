"""Modules that answers often import, loaded by the zygote while it has nothing else to do.

They cost an answer nothing from then on; the first answers load what they need themselves. Left out are those that do
something at every fork (`random`, `threading` and what imports them, such as `numpy.random`): that would cost every
answer what few of them use.
"""

import importlib
from collections.abc import Iterator
from contextlib import suppress

MODULES = (
    *("math", "dataclasses", "typing", "copy", "fractions", "decimal", "datetime", "unicodedata", "json", "csv"),
    *("textwrap", "pprint", "inspect", "numpy.polynomial"),
)


def one_by_one() -> Iterator[None]:
    """Import the next of the modules at each step."""
    for module in MODULES:
        with suppress(ImportError):
            importlib.import_module(module)
        yield


def make_chance_repeatable(source: bytes) -> None:
    """Seed what `source` could draw from: an answer that leaves things to chance then gets the same finding twice."""
    if b"random" not in source:
        return
    import random
    import secrets

    random.seed(0)
    vars(secrets)["randbits"] = random.getrandbits  # from which NumPy seeds a generator
    importlib.import_module("numpy.random").seed(0)
