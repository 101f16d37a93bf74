"""What the judge sends: the exercises with all their inputs, in fixed formats of int64 and float64.

The source goes as it is, in a sealed memory file of its own; nothing that the judge expects goes anywhere. Files in
memory have no name, and are sealed where the kernel can, so that what was read once cannot change afterwards.
"""

import os
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import accumulate, chain, pairwise
from math import prod
from typing import NamedTuple

from compare.sandbox.calls import REASONS, Argument, Exercise, Layer, LeftOut, Vector

# First exercise, slot, whether it is filled anew, seconds, until when, memory, CPU seconds; the statement of
# the top level to leave out, and why.
REQUEST = struct.Struct("=qqqddqqqq")
REPLY = struct.Struct("=qqqddd")  # kind; for ENDED: wait status, by what its time was up, CPU and wall-clock seconds of
# its last phase, CPU seconds of all; else: the length of a text
READY, ENDED, FAULT = range(3)

SLOTS = 64  # sets of exercises that the zygote holds: those of a pool, and those of the last second runs

_HEAD = struct.Struct("=6q")  # calls, outputs, the longest axis; bytes of the name, the parameters, the words
# The kind of an argument, in two words: that of an array is its rows and columns.
_FLOAT, _INT, _NO_COLUMNS = (-1, 0), (-2, 0), -1


def pack(exercises: Sequence[Exercise]) -> bytes:
    """All calls of all exercises. Raises `struct.error` for an int of more than 64 bits."""
    return b"".join(map(_pack_exercise, exercises))


def _pack_exercise(exercise: Exercise) -> bytes:
    kinds, words = zip(*map(_pack_call, exercise.calls), strict=True) if exercise.calls else ((), ())
    texts = exercise.name.encode(), ",".join(exercise.parameters).encode()
    parts = *texts, array("q", chain.from_iterable(kinds)).tobytes(), b"".join(words)
    sizes = len(texts[0]), len(texts[1]), len(parts[-1])
    return b"".join((_HEAD.pack(len(exercise.calls), exercise.outputs, exercise.longest, *sizes), *parts))


def _pack_call(call: Sequence[Argument]) -> tuple[tuple[int, ...], bytes]:
    """A call's kinds, and its words: first the numbers, then the entries of the arrays."""
    kinds, plain, entries = list[int](), list[float](), list[bytes]()
    for argument in call:
        if isinstance(argument, Vector):
            length, columns = len(argument.values), argument.columns
            kinds += (length // columns, columns) if columns else (length, _NO_COLUMNS)
            entries.append(argument.values.tobytes())
        else:
            kinds += _FLOAT if isinstance(argument, float) else _INT
            plain.append(argument)
    return tuple(kinds), form(tuple(kinds)).plain.pack(*plain) + b"".join(entries)


class Form(NamedTuple):
    """How a call's words are its arguments. `arrays` has the shape of each that is one and where its entries begin, in
    bytes; None for the next of the `plain` numbers."""

    plain: struct.Struct
    arrays: tuple[tuple[tuple[int, ...], int] | None, ...]
    size: int


@cache
def form(kinds: tuple[int, ...]) -> Form:
    """The form of a call with arguments of these kinds, two words each."""
    pairs = list(zip(kinds[::2], kinds[1::2], strict=True))
    plain = struct.Struct("=" + "".join({_FLOAT: "d", _INT: "q"}.get(pair, "") for pair in pairs))
    arrays, at = list[tuple[tuple[int, ...], int] | None](), plain.size
    for rows, columns in pairs:
        if rows < 0:
            arrays.append(None)
            continue
        shape = (rows,) if columns == _NO_COLUMNS else (rows, columns)
        arrays.append((shape, at))
        at += 8 * prod(shape)
    return Form(plain, tuple(arrays), at)


def unpack(data: bytes) -> Iterator[tuple[Exercise, tuple[Form, ...], bytes]]:
    """Each exercise that `pack` packed, without its calls; the form of each call; the words of all of them."""
    at = 0
    while at < len(data):
        calls, outputs, longest, *sizes = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        name, parameters = (part.decode() for part in split(data, at, sizes[:2]))
        at += sum(sizes[:2])
        names = tuple(filter(None, parameters.split(",")))
        per_call, end = 2 * len(names), at + 16 * len(names) * calls
        kinds = memoryview(data)[at:end].cast("q").tolist()
        forms = tuple(form(tuple(kinds[per_call * i : per_call * (i + 1)])) for i in range(calls))
        at = end + sizes[2]
        yield Exercise(name, names, outputs, (), longest), forms, data[end:at]


def split(data: bytes, at: int, sizes: Sequence[int]) -> Iterator[bytes]:
    """Parts of these sizes, one after another, the first of them at `at`."""
    ends = accumulate(sizes, initial=at)
    return (data[start:end] for start, end in pairwise(ends))


def without(left_out: LeftOut | None) -> tuple[int, int]:
    """The last two fields of a request."""
    return (-1, 0) if left_out is None else (left_out.number, REASONS.index(left_out.reason))


def left_out(number: int, reason: int) -> LeftOut | None:
    """What `without` made these of."""
    return None if number < 0 else LeftOut(number, REASONS[reason])


def message(kind: int, text: str) -> bytes:
    """A reply that is a text: the layers when READY, what went wrong after a FAULT."""
    data = text.encode("utf-8", "replace")
    return REPLY.pack(kind, len(data), 0, 0.0, 0.0, 0.0) + data


def layers_text(layers: Iterable[Layer]) -> str:
    """A line for each layer."""
    return "\n".join(f"{name}\t{holds:d}\t{means}" for name, holds, means in layers)


def layers(text: str) -> tuple[Layer, ...]:
    """The layers that `layers_text` wrote."""
    fields = (line.split("\t") for line in text.splitlines())
    return tuple(Layer(name, holds == "1", means) for name, holds, means in fields)


def sealed(data: bytes) -> int:
    """A descriptor of a file that holds `data` and can never be changed again."""
    file = _create(data)
    _seal(file, "F_SEAL_WRITE", "F_SEAL_GROW", "F_SEAL_SHRINK", "F_SEAL_SEAL")
    return file


def blank(size: int) -> int:
    """A descriptor of a file of `size` zeros, which can be written but neither grow nor shrink."""
    file = _create(b"")
    os.ftruncate(file, size)
    _seal(file, "F_SEAL_GROW", "F_SEAL_SHRINK")
    return file


def close_for_writing(file: int) -> None:
    """Seal it against writing. Raises `OSError` where a process still maps it, which none may."""
    _seal(file, "F_SEAL_WRITE")


@contextmanager
def closing(file: int) -> Iterator[int]:
    """The file, closed in the end."""
    try:
        yield file
    finally:
        os.close(file)


def whole(file: int) -> bytes:
    """All of a file."""
    return os.pread(file, os.fstat(file).st_size, 0)


def _create(data: bytes) -> int:
    if not hasattr(os, "memfd_create"):  # not Linux: a file without a name will do
        import tempfile  # costs more than all the rest here

        with tempfile.TemporaryFile(buffering=0) as temporary:
            temporary.write(data)
            return os.dup(temporary.fileno())
    file = os.memfd_create("", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with open(file, "wb", buffering=0, closefd=False) as opened:
        opened.write(data)
    return file


def _seal(file: int, *names: str) -> None:
    if hasattr(os, "memfd_create"):
        import fcntl  # which Windows lacks, where this file must still be importable

        fcntl.fcntl(file, fcntl.F_ADD_SEALS, sum(getattr(fcntl, name) for name in names))
