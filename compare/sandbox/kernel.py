"""The few system calls that Python has no name for, through ctypes; Landlock among them.

Landlock: from then on a process and its forks read the given folders and files, and write nothing. The kernel's own
page, Documentation/userspace-api/landlock.rst, is the source of its numbers. Anything that the running kernel can deny
and that is not granted is denied: reading, writing, making, removing, executing, TCP, signals to outsiders, abstract
sockets.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterable
from contextlib import suppress

_libc = ctypes.CDLL(None, use_errno=True)

MACHINE = platform.machine() if os.uname().sysname == "Linux" else ""
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 8, 22, 38
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # since that version, so many lowest bits
_NETWORK_RIGHTS, _SCOPES = 0b11, 0b11  # bind and connect, since version 4; abstract sockets and signals, since 6
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


def landlock_version() -> int:
    """The kernel's Landlock version; 0 where it has none."""
    if not MACHINE:
        return 0
    try:
        return syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    except OSError:
        return 0


def restrict_to(readable: Iterable[str]) -> None:
    """Deny everything but reading `readable`, for good. Needs `no_new_privs`. Raises `OSError`."""
    ruleset = _create(landlock_version())
    try:
        for path in readable:
            with suppress(FileNotFoundError, PermissionError):
                _allow(ruleset, path)
        syscall(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _create(version: int) -> int:
    bits = max(bits for since, bits in _FILE_RIGHTS.items() if since <= version)
    handled = struct.pack("=3Q", (1 << bits) - 1, _NETWORK_RIGHTS, _SCOPES)
    size = 8 if version < 4 else 16 if version < 6 else 24
    return syscall(_CREATE, handled, ctypes.c_size_t(size), ctypes.c_uint32(0))


def _allow(ruleset: int, path: str) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0)
        rule = struct.pack("=Qi", rights, parent)
        syscall(_ADD, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(parent)
