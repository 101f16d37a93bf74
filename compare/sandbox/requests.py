"""What the judge sends: the exercises with all their inputs, in fixed formats of int64 and float64.

The source goes as it is, in a sealed memory file of its own; nothing that the judge expects goes anywhere.
"""

import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from compare.sandbox.calls import REASONS, Argument, Exercise, Layer, LeftOut, Vector

# First exercise, slot, whether it is filled anew, seconds, until when, memory, CPU seconds; the statement of
# the top level to leave out, and why.
REQUEST = struct.Struct("=qqqddqqqq")
REPLY = struct.Struct("=qqqdd")  # kind; for ENDED: wait status, by what its time was up, CPU and wall-clock seconds of
# its last phase; else: the length of a text
READY, ENDED, FAULT = range(3)

SLOTS = 64  # sets of exercises that the zygote holds: those of a pool, and those of the last second runs

_HEAD = struct.Struct("=5q")  # calls, outputs, bytes of the name, bytes of the parameters, float64 values
_FLOAT, _INT, _MATRIX = -1, -2, -3  # the kind of an argument; a vector's is its length, a matrix's _MATRIX - columns


def pack(exercises: Sequence[Exercise]) -> bytes:
    """All calls of all exercises. Raises `ValueError` for an int that float64 does not hold exactly."""
    return b"".join(map(_pack_exercise, exercises))


def _pack_exercise(exercise: Exercise) -> bytes:
    kinds, values = array("q"), array("d")
    for call in exercise.calls:
        for argument in call:
            _append(argument, kinds, values)
    name, parameters = exercise.name.encode(), ",".join(exercise.parameters).encode()
    head = _HEAD.pack(len(exercise.calls), exercise.outputs, len(name), len(parameters), len(values))
    return head + name + parameters + kinds.tobytes() + values.tobytes()


def pack_call(call: Sequence[Argument]) -> bytes:
    """The arguments of one call, their kinds first."""
    kinds, values = array("q"), array("d")
    for argument in call:
        _append(argument, kinds, values)
    return kinds.tobytes() + values.tobytes()


def unpack_call(data: bytes, arguments: int, numbers: Any) -> Iterator[Any]:
    """The arguments, so many, that `pack_call` packed: plain numbers, and copies of parts of `numbers`, the array of
    all of `data` as float64."""
    at = arguments
    for kind in memoryview(data)[: 8 * arguments].cast("q"):
        start, at = at, at + (1 if kind < 0 else kind)
        if kind >= 0:
            yield numbers[start:at].copy()
        elif kind < _MATRIX:
            at += int(numbers[start])
            yield numbers[start + 1 : at].reshape(-1, _MATRIX - kind).copy()
        else:
            yield int(numbers[start]) if kind == _INT else float(numbers[start])


def _append(argument: Argument, kinds: "array[int]", values: "array[float]") -> None:
    if isinstance(argument, Vector):
        if argument.columns:
            values.append(len(argument.values))
        kinds.append(_MATRIX - argument.columns if argument.columns else len(argument.values))
        values.extend(argument.values)
        return
    if float(argument) != argument == argument:
        raise ValueError(f"float64 does not hold {argument}")
    kinds.append(_INT if isinstance(argument, int) else _FLOAT)
    values.append(argument)


def without(left_out: LeftOut | None) -> tuple[int, int]:
    """The last two fields of a request."""
    return (-1, 0) if left_out is None else (left_out.number, REASONS.index(left_out.reason))


def left_out(number: int, reason: int) -> LeftOut | None:
    """What `without` made these of."""
    return None if number < 0 else LeftOut(number, REASONS[reason])


def message(kind: int, text: str) -> bytes:
    """A reply that is a text: the layers when READY, what went wrong after a FAULT."""
    data = text.encode("utf-8", "replace")
    return REPLY.pack(kind, len(data), 0, 0.0, 0.0) + data


def layers_text(layers: Iterable[Layer]) -> str:
    """A line for each layer."""
    return "\n".join(f"{name}\t{holds:d}\t{means}" for name, holds, means in layers)


def layers(text: str) -> tuple[Layer, ...]:
    """The layers that `layers_text` wrote."""
    fields = (line.split("\t") for line in text.splitlines())
    return tuple(Layer(name, holds == "1", means) for name, holds, means in fields)


def unpack(data: bytes) -> tuple[Exercise, ...]:
    """The exercises that `pack` packed; read by the zygote, from the judge alone."""
    return tuple(_unpack(_Reader(data)))


class _Reader:
    """Takes bytes and arrays off the front of `data`."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


def _unpack(reader: _Reader) -> Iterator[Exercise]:
    while reader.at < len(reader.data):
        calls, outputs, n_name, n_parameters, n_values = _HEAD.unpack(reader.take(_HEAD.size))
        name = reader.take(n_name).decode()
        parameters = tuple(filter(None, reader.take(n_parameters).decode().split(",")))
        kinds = array("q", reader.take(8 * calls * len(parameters)))
        arguments = _arguments(kinds, array("d", reader.take(8 * n_values)))
        rows = tuple(tuple(next(arguments) for _ in parameters) for _ in range(calls))
        yield Exercise(name, parameters, outputs, rows)


def _arguments(kinds: "array[int]", values: "array[float]") -> Iterator[Argument]:
    at = 0
    for kind in kinds:
        start, at = at, at + (1 if kind < 0 else kind)
        if kind < _MATRIX:
            at += int(values[start])
            yield Vector(values[start + 1 : at], _MATRIX - kind)
        elif kind < 0:
            yield int(values[start]) if kind == _INT else values[start]
        else:
            yield Vector(values[start:at])
