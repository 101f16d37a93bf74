"""Proves the isolation by attempting what it forbids, in a student's process.

What stands below the acts' line is run there: a function that returns has done what it should not have been able to.
`SECRET`, a file that anyone may read, in `FOLDER`, a folder that anyone may write, are put in by `prove`.
"""

import ast
import ctypes
import mmap
import os
import socket
import tempfile
from pathlib import Path
from typing import NamedTuple

from compare.sandbox.calls import ERROR, OUT_OF_MEMORY, UNSET, Answer, Exercise, Layer, SourceFailure
from compare.sandbox.run import Sandbox, SandboxError

SECRET, FOLDER = "", ""
_LINE = "# The acts" + "\n"


class Act(NamedTuple):
    """A forbidden act, whether it was refused, and how."""

    name: str
    refused: bool
    how: str


def act_names() -> tuple[str, ...]:
    """The acts, in their order."""
    body = ast.parse(_acts()).body
    return tuple(node.name.replace("_", "-") for node in body if isinstance(node, ast.FunctionDef))


def _acts() -> str:
    return Path(__file__).read_text(encoding="utf-8").partition(_LINE)[2]


def prove(sandbox: Sandbox) -> tuple[Act, ...]:
    """Attempt every act. Raises `SandboxError` where that cannot even be tried."""
    exercises = tuple(Exercise(name.replace("-", "_"), (), 1, ((),)) for name in act_names())
    with tempfile.TemporaryDirectory() as folder:
        secret = f"import ctypes, mmap, os, socket\nSECRET, FOLDER = {_secret(folder)!r}, {folder!r}\n"
        answers = sandbox.run((_acts() + secret).encode(), exercises)
    if isinstance(answers, SourceFailure):
        raise SandboxError(f"{answers.reason} {answers.detail}")
    acts = zip(act_names(), answers, strict=True)
    return tuple(Act(name, _refused(answer), answer.detail) for name, answer in acts)


def _refused(answer: Answer) -> bool:
    """Did the system refuse it? An act that only lacked a name was not even tried."""
    unnamed = answer.detail.startswith("NameError") or any(note.startswith("unset:") for note in answer.notes)
    return answer.reason in (ERROR, OUT_OF_MEMORY, UNSET) and not unnamed


def _secret(folder: str) -> str:
    """A file that anyone may read, in a folder in which anyone may write: only the layers stand before it."""
    path = os.path.join(folder, "secret")
    Path(path).write_text("secret", encoding="utf-8")
    os.chmod(folder, 0o777)
    os.chmod(path, 0o666)
    return path


def lacking(sandbox: Sandbox) -> tuple[Layer | Act, ...]:
    """The layers that this machine has not and the acts that it did not refuse: empty where the isolation holds."""
    layers = tuple(layer for layer in sandbox.layers if not layer.holds)
    return layers + tuple(act for act in prove(sandbox) if not act.refused)


# The acts


def read_file() -> int:
    return len(open(SECRET).read())


def list_folder() -> int:
    return len(os.listdir(FOLDER))


def write_file() -> int:
    return open(FOLDER + "/written", "w").write("1")


def link_file() -> int:
    os.symlink(SECRET, FOLDER + "/linked")
    return 1


def remove_file() -> int:
    os.remove(SECRET)
    return 1


def read_processes() -> int:
    return len(open(f"/proc/{os.getppid()}/environ", "rb").read())


def fork() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return pid


def start_thread() -> int:
    import _thread

    return _thread.start_new_thread(int, ())


def start_program() -> int:
    return os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {})


def become_program() -> int:
    os.execv("/bin/sh", ["sh", "-c", "exit 0"])


def signal_parent() -> int:
    os.kill(os.getppid(), 0)
    return 1


def trace_parent() -> int:
    seize = 0x4206  # which, unlike attaching, does not stop the other
    if ctypes.CDLL(None).ptrace(seize, os.getppid(), None, None) < 0:
        raise PermissionError
    return 1


def internet() -> int:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).fileno()


def local_sockets() -> int:
    return socket.socket(socket.AF_UNIX).fileno()


def memory_file() -> int:
    return os.memfd_create("more")


def much_memory() -> int:
    return len(mmap.mmap(-1, 64 << 30))


def lift_limits() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return 1


def change_user() -> int:
    os.setuid(os.getuid())
    return 1


def see_environment() -> int:
    known = {"PYTHONHASHSEED", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"}
    known |= {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"}  # which the system itself sets
    known |= {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME"}
    if set(os.environ) <= known:
        raise PermissionError
    return len(os.environ)


def open_descriptors() -> int:
    for descriptor in range(3, 1024):
        try:
            return os.fstat(descriptor).st_ino
        except OSError:
            continue
    raise PermissionError


def import_torch() -> int:
    import torch  # type: ignore[import-not-found,unused-ignore]

    return len(torch.__name__)


def import_judge() -> int:
    import compare.exercises

    return len(compare.exercises.__name__)
