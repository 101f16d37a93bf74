"""The few system calls that Python has no name for, through ctypes."""

import ctypes
import os
import platform
import struct

_libc = ctypes.CDLL(None, use_errno=True)

MACHINE = platform.machine() if os.uname().sysname == "Linux" else ""
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 8, 22, 38
_CAP_DAC_READ_SEARCH = 1 << 2
_KEPT = struct.pack("=Ii", 0x20080522, 0), struct.pack("=6I", *[_CAP_DAC_READ_SEARCH] * 2, 0, 0, 0, 0)

if MACHINE:  # looked up once: a fork finds them
    _prctl, _capset = _libc.prctl, _libc.capset
    _prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)


def syscall(number: int, *arguments: object) -> int:
    """The result of a system call. Raises `OSError`."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, first: int = 0, second: int = 0) -> int:
    """The result of prctl(2). Raises `OSError`, also where there is no such function."""
    if not MACHINE:
        raise OSError("prctl is Linux's")
    return _checked(_prctl(option, first, second, 0, 0))


def keep_reading() -> None:
    """Of this process's capabilities, keep the one to read every file. Raises `OSError`."""
    _checked(_capset(*_KEPT))


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
