"""First words in the fresh interpreter: find NumPy, forget the way to everything else, become the zygote."""

import builtins
import gc
import importlib.util
import socket
import sys

from compare.sandbox import requests

CONTROL = 3  # the descriptor on which the judge speaks


def main(root: str, numpy: str, several: bool = False) -> None:
    """`root` holds this package, `numpy` is NumPy's folder; neither stays importable by path.

    For `several` zygotes, this process is forked for each control socket that comes.
    """
    control = socket.socket(fileno=CONTROL)
    gc.disable()  # nothing of what is loaded here is garbage
    try:
        import_package("numpy", numpy)
        from compare.sandbox import zygote

        forget(root)
        if several:
            control = zygote.born(control)
        zygote.main(control, numpy)
    except Exception as error:
        control.sendall(requests.message(requests.FAULT, f"{type(error).__name__}: {error}"))


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
