"""The fresh interpreter: an exec, not a fork of the judge, whose memory holds what is expected.

`zygote` and `Nursery` start it. Its first words are `main`: find NumPy, forget the way to everything else, become the
zygote. Little is imported here, as both sides wait for it.
"""

import builtins
import gc
import importlib
import importlib.util
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import PathFinder

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
        from compare.sandbox import wire

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


ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_START = (
    "import sys; root, numpy, *several = sys.argv[1:]; sys.path.insert(0, root); "
    "from compare.sandbox import start; start.main(root, numpy, bool(several))"
)
_FLAGS = ("-s", "-S", "-P", "-B", "-X", "utf8", "-W", "ignore")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")  # of linear algebra
SET = {"PYTHONHASHSEED": "0", **dict.fromkeys(THREADS, "1")}
_SIGNALS = (signal.SIGCHLD, signal.SIGALRM, signal.SIGPROF) if hasattr(signal, "SIGALRM") else ()  # not on Windows
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")  # without which some interpreters do not start


def can_isolate() -> bool:
    """Can a process be had here whose layers and end are ours: has this system fork, and what goes with it?"""
    return all(hasattr(os, name) for name in ("fork", "posix_spawn", "killpg")) and hasattr(socket, "send_fds")


def need_fork() -> None:
    """Raise `Fault` where no sandbox can be had."""
    if not can_isolate():
        from compare.errors import Fault

        raise Fault("no-fork", "")


def spawn(several: bool = False) -> tuple[socket.socket, int]:
    """The judge's end of the control socket, and the process: a zygote, or the origin of `several`. It gets a clean
    environment, its own process group (so that Ctrl-C is the judge's), and no descriptor but the socket.

    Raises `InputError` where there is no such thing.
    """
    need_fork()
    ours, theirs = socket.socketpair()
    actions = [
        (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3),
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    environment = SET | {name: os.environ[name] for name in _KEPT if name in os.environ}
    command = [sys.executable, *_FLAGS, "-c", _START, ROOT, numpy_folder(), *["several"] * several]
    with theirs:
        return ours, os.posix_spawn(
            sys.executable, command, environment,
            file_actions=actions, setpgroup=0, setsigmask=(), setsigdef=_SIGNALS,
        )  # fmt: skip


def numpy_folder() -> str:
    """NumPy's folder, found without importing it."""
    spec = PathFinder.find_spec("numpy")
    if spec is None or not spec.submodule_search_locations:
        from compare.errors import no_module

        raise no_module("numpy")
    return next(iter(spec.submodule_search_locations))


class Nursery:
    """One interpreter with NumPy for many sandboxes: the zygote of each is a fork of it, which starts in no time.
    Processes that are handed its `socket` can ask it for zygotes."""

    def __init__(self) -> None:
        self.socket, self._pid = spawn(several=True)

    def close(self) -> None:
        """End the interpreter. Zygotes that were born of it stay."""
        self.socket.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def zygote(nursery: socket.socket | None) -> tuple[socket.socket, int]:
    """The judge's end of a new zygote's control socket: of the nursery's, whose process is not ours to end (0), or of a
    fresh interpreter and that process, where there is no nursery any more. Raises `InputError` as `spawn` does."""
    if nursery is not None:
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError):
            socket.send_fds(nursery, [b"+"], [theirs.fileno()])
            return ours, 0
        ours.close()
    return spawn()
