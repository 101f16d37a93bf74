"""Landlock: from here on this process and its forks read the given folders and files, and write nothing.

The kernel's own page, Documentation/userspace-api/landlock.rst, is the source of the numbers below. Anything that the
running kernel can deny and that is not granted is denied: reading, writing, making, removing, executing, TCP, signals
to outsiders, abstract sockets.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress

from compare.sandbox import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # since that version, so many lowest bits
_NETWORK_RIGHTS, _SCOPES = 0b11, 0b11  # bind and connect, since version 4; abstract sockets and signals, since 6


def version() -> int:
    """The kernel's Landlock version; 0 where it has none."""
    if not kernel.MACHINE:
        return 0
    try:
        return kernel.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    except OSError:
        return 0


def restrict(readable: Iterable[str]) -> None:
    """Deny everything but reading `readable`, for good. Needs `no_new_privs`. Raises `OSError`."""
    ruleset = _create(version())
    try:
        for path in readable:
            with suppress(FileNotFoundError, PermissionError):
                _allow(ruleset, path)
        kernel.syscall(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _create(version: int) -> int:
    bits = max(bits for since, bits in _FILE_RIGHTS.items() if since <= version)
    handled = struct.pack("=3Q", (1 << bits) - 1, _NETWORK_RIGHTS, _SCOPES)
    size = 8 if version < 4 else 16 if version < 6 else 24
    return kernel.syscall(_CREATE, handled, ctypes.c_size_t(size), ctypes.c_uint32(0))


def _allow(ruleset: int, path: str) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0)
        rule = struct.pack("=Qi", rights, parent)
        kernel.syscall(_ADD, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(parent)
