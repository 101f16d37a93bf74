"""Forbidden acts, run as a student's source: a function that returns has done what it should not have been able to.

`SECRET`, a file that anyone may read, in `FOLDER`, a folder that anyone may write, are put in by `proof`.
"""

SECRET, FOLDER = "", ""


def read_file() -> int:
    return len(open(SECRET).read())


def list_folder() -> int:
    import os

    return len(os.listdir(FOLDER))


def write_file() -> int:
    return open(FOLDER + "/written", "w").write("1")


def link_file() -> int:
    import os

    os.symlink(SECRET, FOLDER + "/linked")
    return 1


def remove_file() -> int:
    import os

    os.remove(SECRET)
    return 1


def read_processes() -> int:
    import os

    return len(open(f"/proc/{os.getppid()}/environ", "rb").read())


def fork() -> int:
    import os

    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return pid


def start_thread() -> int:
    import _thread

    return _thread.start_new_thread(int, ())


def start_program() -> int:
    import os

    return os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {})


def become_program() -> int:
    import os

    os.execv("/bin/sh", ["sh", "-c", "exit 0"])


def signal_parent() -> int:
    import os

    os.kill(os.getppid(), 0)
    return 1


def trace_parent() -> int:
    import ctypes
    import os

    seize = 0x4206  # which, unlike attaching, does not stop the other
    if ctypes.CDLL(None).ptrace(seize, os.getppid(), None, None) < 0:
        raise PermissionError
    return 1


def internet() -> int:
    import socket

    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).fileno()


def local_sockets() -> int:
    import socket

    return socket.socket(socket.AF_UNIX).fileno()


def memory_file() -> int:
    import os

    return os.memfd_create("more")


def much_memory() -> int:
    import mmap

    return len(mmap.mmap(-1, 64 << 30))


def lift_limits() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return 1


def change_user() -> int:
    import os

    os.setuid(os.getuid())
    return 1


def see_environment() -> int:
    import os

    known = {"PYTHONHASHSEED", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"}
    known |= {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"}  # which the system itself sets
    known |= {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME"}
    if set(os.environ) <= known:
        raise PermissionError
    return len(os.environ)


def open_descriptors() -> int:
    import os

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
