"""What Linux offers for isolation, through ctypes as Python has no name for it: prctl, Landlock and seccomp.

Landlock: from then on a process and its forks read the given folders and files, and write nothing. The kernel's own
page, Documentation/userspace-api/landlock.rst, is the source of its numbers. Anything that the running kernel can deny
and that is not granted is denied: reading, writing, making, removing, executing, TCP, signals to outsiders, abstract
sockets.

seccomp: of the kernel's several hundred system calls, those that plain computing needs; the rest give EPERM. The filter
is assembled here, forty lines, rather than with a library: pyseccomp, the one that serves, needs the system's
libseccomp.so, which it looks for with ldconfig or a compiler at every import (several times what starting an
interpreter costs), and which neither PyPI nor every container brings.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterable, Iterator, Sequence
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


# seccomp

_MODE_FILTER = 2
_ALLOW, _KILL, _DENY = 0x7FFF0000, 0x80000000, 0x00050000 | 1  # SECCOMP_RET_…; 1 is EPERM
_LOAD, _JUMP_EQUAL, _JUMP_FROM, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF: ld [k], jeq, jge, jset, ret
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # in struct seccomp_data; both machines are little-endian

Instruction = tuple[int, int, int, int]  # code, instructions to skip if true, if false, operand

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_…
_COLUMNS = {"x86_64": 0, "aarch64": 1}

# name: number on x86_64, on aarch64 (None: it has no such call). From asm/unistd_64.h and asm-generic/unistd.h.
CALLS: dict[str, tuple[int | None, int | None]] = {
    # reading and writing what is open
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "pwrite64": (18, 68), "lseek": (8, 62), "close": (3, 57), "close_range": (436, 436),
    # looking: Landlock says where to
    "fstat": (5, 80), "newfstatat": (262, 79), "statx": (332, 291), "stat": (4, None), "lstat": (6, None),
    "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439),
    "getdents64": (217, 61), "getcwd": (79, 17),
    # memory
    "mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216), "madvise": (28, 233),
    "brk": (12, 214), "membarrier": (324, 283),
    # its own signals and timers
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "setitimer": (38, 103), "getitimer": (36, 102), "alarm": (37, None), "pause": (34, None),
    "restart_syscall": (219, 128), "nanosleep": (35, 101), "clock_nanosleep": (230, 115),
    # waiting, clocks, who am I
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72), "futex": (202, 98),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169), "time": (201, None),
    "times": (100, 153), "getrusage": (98, 165), "sysinfo": (99, 179), "uname": (63, 160),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getcpu": (309, 168), "rseq": (334, 293),
    "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "getrandom": (318, 278),
    # the way out
    "exit": (60, 93), "exit_group": (231, 94),
}
# Calls allowed for some values of one argument.
_OPENING = (((2, None), 1), ((257, 56), 2))  # open and openat: numbers, and the position of the flags
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FCNTL, _COMMANDS = (72, 25), (1, 2, 3)  # F_GETFD, F_SETFD, F_GETFL


def takes_filters() -> bool:
    """Does the kernel take filters, and do we know this machine's numbers?"""
    if MACHINE not in _ARCHITECTURES:
        return False
    try:
        number = {"x86_64": 317, "aarch64": 277}[MACHINE]  # seccomp(SECCOMP_GET_ACTION_AVAIL, …)
        syscall(number, ctypes.c_uint(2), ctypes.c_uint(0), ctypes.byref(ctypes.c_uint32(_DENY & ~1)))
    except OSError:
        return False
    return True


class Filter:
    """The filter for `machine`, laid out for the kernel once, so that a fork has but to install it."""

    def __init__(self, machine: str) -> None:
        instructions = program(machine)
        self._instructions = ctypes.create_string_buffer(instructions, len(instructions))
        header = struct.pack("HxxxxxxP", len(instructions) // 8, ctypes.addressof(self._instructions))
        self._header = ctypes.create_string_buffer(header, len(header))
        self._address = ctypes.addressof(self._header)

    def install(self) -> None:
        """For good. Needs `no_new_privs`. Raises `OSError`."""
        prctl(PR_SET_SECCOMP, _MODE_FILTER, self._address)


def program(machine: str) -> bytes:
    """The filter for `machine`, as an array of `struct sock_filter`."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in _instructions(machine))


def _instructions(machine: str) -> Iterator[Instruction]:
    """A call by another machine's numbers is fatal."""
    column = _COLUMNS[machine]
    yield _LOAD, 0, 0, _ARCHITECTURE_AT
    yield _JUMP_EQUAL, 1, 0, _ARCHITECTURES[machine]
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER_AT
    for numbers, position in _OPENING:
        if (number := numbers[column]) is not None:
            yield _JUMP_EQUAL, 0, 4, number
            yield _LOAD, 0, 0, _ARGUMENTS_AT + 8 * position
            yield _JUMP_SET, 1, 0, _WRITING
            yield _RETURN, 0, 0, _ALLOW
            yield _RETURN, 0, 0, _DENY
    yield _JUMP_EQUAL, 0, len(_COMMANDS) + 3, _FCNTL[column]
    yield _LOAD, 0, 0, _ARGUMENTS_AT + 8
    for left, command in zip(range(len(_COMMANDS), 0, -1), _COMMANDS, strict=True):
        yield _JUMP_EQUAL, left, 0, command
    yield _RETURN, 0, 0, _DENY
    yield _RETURN, 0, 0, _ALLOW
    allowed = {number for numbers in CALLS.values() if (number := numbers[column]) is not None}
    yield from _search(sorted(allowed ^ {number + 1 for number in allowed}), _DENY)


def _search(flips: Sequence[int], below: int) -> list[Instruction]:
    """Whether the loaded number is allowed: `below` holds below the first of `flips`, and at each it turns about.

    A search tree, since the kernel runs the whole filter once for every number there is, at every fork.
    """
    if not flips:
        return [(_RETURN, 0, 0, below)]
    middle = len(flips) // 2
    beyond = below if middle % 2 else _ALLOW + _DENY - below
    left, right = _search(flips[:middle], below), _search(flips[middle + 1 :], beyond)
    return [(_JUMP_FROM, len(left), 0, flips[middle]), *left, *right]
