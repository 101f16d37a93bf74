"""What goes into a student's function, and what comes out: kept arguments become arrays, and whatever was returned
becomes shapes and float64 bytes, or why that cannot be done.

Runs in the student's process. It is generous: lists, float32, Fractions, matrices and anything with `__float__` or
`__array__` are numbers. Strings, booleans, complex numbers, generators and dictionaries are not.
"""

import ctypes
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import prod
from typing import Any, NamedTuple

import numpy as np

from compare.sandbox import wire
from compare.sandbox.calls import LARGEST_VALUE, Exercise
from compare.sandbox.wire import Form

_allocate = ctypes.pythonapi.PyMem_RawMalloc
_free = ctypes.pythonapi.PyMem_RawFree
_free.restype, _free.argtypes = None, (ctypes.c_void_p,)
_allocate.restype, _allocate.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
# Bound here, so that a student's `np.asarray = …` does not reach this file.
_read = ctypes.string_at
_asarray, _ndarray, _float64, _bool = np.asarray, np.ndarray, np.float64, np.bool_
_DOUBLE = np.dtype(np.float64)  # in this machine's byte order, there is one of it
_KINDS = {"U": "str", "S": "bytes", "b": "bool", "c": "complex"}  # of dtypes that are no real numbers

Array = np.ndarray[Any, np.dtype[np.float64]]


class Prepared(NamedTuple):
    """An exercise and, for each of its calls, where its arguments lie: `exercise` has no calls itself.

    The arguments lie where no object of Python's leads to: a function under test reaches every object of its process
    (by frames, by the collector of garbage), and among them are to be the arguments of no call but its own.
    """

    exercise: Exercise
    calls: tuple[tuple[int, Form], ...]  # the address of each call's words, and how they are its arguments
    block: int


def prepare(data: bytes) -> list[Prepared]:
    """Write the arguments of packed exercises down once; every fork finds them, until they are released."""
    return [_kept(*packed) for packed in wire.unpack(data)]


def _kept(exercise: Exercise, forms: Sequence[Form], words: bytes) -> Prepared:
    block = int(_allocate(len(words) or 1))
    ctypes.memmove(block, words, len(words))
    ends = accumulate((form.size for form in forms), initial=block)
    return Prepared(exercise, tuple(zip(ends, forms, strict=False)), block)


def release(prepared: Iterable[Prepared]) -> None:
    """Let go of the arguments, of which none may be asked for any more."""
    for each in prepared:
        _free(each.block)


def arguments(address: int, form: Form) -> tuple[bytes, list[Any]]:
    """The words of one call, and its arguments, of which the arrays are fresh."""
    words = _read(address, form.size)
    numbers = iter(form.plain.unpack_from(words))
    places = form.arrays
    return words, [_ndarray(each[0], _DOUBLE, words, each[1]).copy() if each else next(numbers) for each in places]


def changed(call: Sequence[Any], words: bytes, form: Form) -> Iterator[int]:
    """The positions of the arrays that are not what they were."""
    for position, place in enumerate(form.arrays):
        if place and call[position].tobytes() != words[place[1] : place[1] + 8 * prod(place[0])]:
            yield position


class NoForm(Exception):
    """The result has no usable form; the argument is the note that says so."""


def convert(
    result: object, outputs: int, codes: "array[int]", values: "array[float]", longest: int = LARGEST_VALUE
) -> None:
    """Append the result's shapes (the number of dimensions, then each) and values: all of them, or, raising
    `NoForm`, none. No axis is beyond the `longest`."""
    parts = (result,) if outputs == 1 else _parts(result, outputs)
    for each in [_plain(part, longest) for part in parts]:
        if isinstance(each, float):
            codes.append(0)
            values.append(each)
        else:
            codes.append(each.ndim)
            codes.extend(each.shape)
            values.frombytes(each.tobytes())


def _parts(result: object, outputs: int) -> Sequence[object]:
    if not isinstance(result, (tuple, list, _ndarray)) or (isinstance(result, _ndarray) and result.ndim == 0):
        raise NoForm(f"form:{type(result).__name__}")
    if len(result) != outputs:
        raise NoForm(f"count:{len(result)}")
    return list(result)


def _plain(result: object, longest: int) -> float | Array:
    """A float, or a float64 array."""
    if type(result) is float or type(result) is _float64:
        return float(result)
    if isinstance(result, (list, tuple)) and len(result) > longest:
        raise NoForm("form:too-large")
    found = result if type(result) is _ndarray else _array(result)
    if found.dtype.kind not in "fiuO":
        raise NoForm("form:" + _KINDS.get(found.dtype.kind, str(found.dtype)))
    if max(found.shape, default=0) > longest or _entries(found) > LARGEST_VALUE:
        raise NoForm("form:too-large")
    if found.dtype is _DOUBLE:
        return found
    if found.dtype.kind == "O":
        return _asarray([_number(element) for element in found.flat], dtype=_float64).reshape(found.shape)
    return _asarray(found, dtype=_float64)


def _entries(found: "np.ndarray[Any, np.dtype[Any]]") -> int:
    """How many lists or numbers it is written with: an axis of 0 holds nothing, and the others may still be long."""
    return found.size or prod(axis or 1 for axis in found.shape)


def _array(result: object) -> "np.ndarray[Any, np.dtype[Any]]":
    try:
        return _asarray(result)
    except ValueError:
        raise NoForm("form:ragged") from None


def _number(element: object) -> float:
    """A Fraction, a Decimal, a big int, a student's own class with `__float__`. Raises `NoForm`."""
    if isinstance(element, (bool, _bool)) or not hasattr(type(element), "__float__"):
        raise NoForm(f"form:{type(element).__name__}")
    try:
        return float(element)  # type: ignore[arg-type]
    except OverflowError:
        raise NoForm("form:too-large") from None
