"""First words in the fresh interpreter: find NumPy, forget the way to everything else, become the zygote."""

import builtins
import gc
import importlib
import importlib.util
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress

from compare.sandbox import wire

CONTROL = 3  # the descriptor on which the judge speaks
# Modules that answers often import: the zygote loads them while it has nothing else to do, and they cost an answer
# nothing from then on. Left out are those that do something at every fork (`random`, `threading` and what imports
# them, such as `numpy.random`): that would cost every answer what few of them use.
MODULES = (
    *("math", "dataclasses", "typing", "copy", "fractions", "decimal", "datetime", "unicodedata", "json", "csv"),
    *("textwrap", "pprint", "inspect", "numpy.polynomial"),
)


def main(root: str, numpy: str, several: bool = False) -> None:
    """`root` holds this package, `numpy` is NumPy's folder; neither stays importable by path.

    For `several` zygotes, this process is forked for each control socket that comes.
    """
    control = socket.socket(fileno=CONTROL)
    os.chdir("/")  # so that the working folder tells nothing
    gc.disable()  # nothing of what is loaded here is garbage
    try:
        import_package("numpy", numpy)
        from compare.sandbox import zygote

        forget(root)
        if several:
            control = zygote.born(control)
        zygote.main(control, numpy)
    except Exception as error:
        control.sendall(wire.message(wire.FAULT, f"{type(error).__name__}: {error}"))


def forget(root: str) -> None:
    """Take this package and the way to it out of sight."""
    sys.path.remove(root)
    sys.argv[:] = [""]
    vars(builtins).update(exit=sys.exit, quit=sys.exit)  # those of `site` would close the standard input
    for name in [name for name in sys.modules if name.partition(".")[0] == "compare"]:
        del sys.modules[name]


def import_package(name: str, folder: str) -> None:
    """Import one package from its own folder, without making its neighbours importable."""
    spec = importlib.util.spec_from_file_location(name, f"{folder}/__init__.py", submodule_search_locations=[folder])
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def preloaded() -> Iterator[None]:
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

    vars(secrets)["randbits"] = random.getrandbits  # from which NumPy seeds a generator
    importlib.import_module("numpy.random").seed(0)
    random.seed(0)  # last: of it NumPy draws where it is imported only now
