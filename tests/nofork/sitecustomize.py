"""Python as on a system without fork: put this folder on PYTHONPATH, which child processes inherit."""

import multiprocessing.process  # noqa: F401
import os
import subprocess  # noqa: F401 - it binds what it needs before that is gone
import sys

GONE = (
    *("fork", "forkpty", "posix_spawn", "posix_spawnp", "setuid", "setgid", "seteuid", "setegid", "setreuid"),
    *("setregid", "setresuid", "setresgid", "setgroups", "getuid", "geteuid", "getgid", "getegid", "getresuid"),
    *("getresgid", "setsid", "setpgid", "killpg", "pidfd_open", "memfd_create", "wait3", "wait4", "waitid"),
    *("sched_getaffinity", "sched_setaffinity"),
)
for name in GONE:
    vars(os).pop(name, None)
for name in ("resource", "fcntl", "pwd", "grp", "termios", "pty"):
    sys.modules[name] = None  # type: ignore[assignment]
