"""The few system calls that Python has no name for, through ctypes."""

import ctypes
import os
import platform
import struct

_libc = ctypes.CDLL(None, use_errno=True)

MACHINE = platform.machine() if os.uname().sysname == "Linux" else ""
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 8, 22, 38
CAP_DAC_READ_SEARCH = 2


def syscall(number: int, *arguments: object) -> int:
    """The result of a system call. Raises `OSError`."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, *arguments: object) -> int:
    """The result of prctl(2). Raises `OSError`, also where there is no such function."""
    if not MACHINE:
        raise OSError("prctl is Linux's")
    padded = [*arguments, *[ctypes.c_ulong(0)] * (4 - len(arguments))]
    return _checked(_libc.prctl(option, *padded))


def keep_capability(number: int) -> None:
    """Of this process's capabilities, keep one of the first 32. Raises `OSError`."""
    version, bit = 0x20080522, 1 << number
    _checked(_libc.capset(struct.pack("=Ii", version, 0), struct.pack("=6I", bit, bit, 0, 0, 0, 0)))


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
