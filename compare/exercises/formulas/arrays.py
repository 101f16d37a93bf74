"""Arrays of any kind of number (fractions, numbers with their rounding, floats): NumPy's rules, written out.

At most two axes. Nothing here needs NumPy, so that a check need not wait for it.
"""

import operator
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

Scalar = Any  # an int, a Fraction, a float or a Number
Shape = tuple[int, ...]


class ShapeError(Exception):
    """Shapes that do not fit each other; its arguments are the two."""


class Array:
    """Entries row by row, and the shape: `(n,)` or `(n, k)`."""

    __slots__ = ("entries", "shape")

    def __init__(self, shape: Shape, entries: Sequence[Scalar]) -> None:
        self.shape, self.entries = shape, entries

    def __len__(self) -> int:
        return self.shape[0]

    def each(self, of: Callable[[Scalar], Scalar]) -> "Array":
        """`of` each entry."""
        return Array(self.shape, [of(entry) for entry in self.entries])

    @property
    def T(self) -> "Array":
        if len(self.shape) < 2:
            return self
        rows, columns = self.shape
        return Array((columns, rows), [self.entries[i * columns + j] for j in range(columns) for i in range(rows)])

    def rows(self) -> list[list[Scalar]]:
        """A matrix's rows."""
        width = self.shape[1]
        return [list(self.entries[i * width : (i + 1) * width]) for i in range(self.shape[0])]

    def __getitem__(self, key: Any) -> Any:
        """By whole numbers, slices and None, an axis each. Raises `IndexError` where there is no such entry or axis."""
        keys = list(key) if isinstance(key, tuple) else [key]
        keys += [slice(None)] * (len(self.shape) - sum(each is not None for each in keys))
        places, shape, axis = list[Sequence[int]](), list[int](), 0
        for each in keys:
            if each is None:
                shape.append(1)
                continue
            if axis == len(self.shape):
                raise IndexError(len(keys), self.shape)
            found = range(self.shape[axis])[each if isinstance(each, slice) else operator.index(each)]
            places.append([found] if isinstance(found, int) else found)
            shape += [] if isinstance(found, int) else [len(found)]
            axis += 1
        width = self.shape[1] if len(self.shape) == 2 else 1
        flat = [self.entries[place[0] * width + (place[1] if len(place) > 1 else 0)] for place in product(*places)]
        if len(shape) > 2:
            raise ShapeError(tuple(shape), self.shape)
        return Array(tuple(shape), flat) if shape else flat[0]

    def __matmul__(self, other: Any) -> Any:
        """Vectors and matrices. Raises `ShapeError` where they do not fit."""
        if not isinstance(other, Array) or self.shape[-1] != other.shape[0]:
            raise ShapeError(self.shape, shape_of(other))
        left = self.rows() if len(self.shape) == 2 else [list(self.entries)]
        right = other.T.rows() if len(other.shape) == 2 else [list(other.entries)]
        found = [total([a * b for a, b in zip(row, column, strict=True)]) for row in left for column in right]
        shape = self.shape[:-1] + other.shape[1:]
        return Array(shape, found) if shape else found[0]

    def total(self, axis: int | None, keepdims: bool) -> Any:
        """The sum of all entries, or along one axis. Raises `IndexError` where there is no such axis."""
        if axis is None:
            whole = total(self.entries)
            return Array((1,) * len(self.shape), [whole]) if keepdims else whole
        axis = range(len(self.shape))[axis]
        lines = (self.T.rows() if axis == 0 else self.rows()) if len(self.shape) == 2 else [self.entries]
        sums = [total(line) for line in lines]
        shape = self.shape[:axis] + ((1,) if keepdims else ()) + self.shape[axis + 1 :]
        return Array(shape, sums) if shape else sums[0]

    def __neg__(self) -> "Array":
        return self.each(operator.neg)

    def __abs__(self) -> "Array":
        return self.each(abs)


def shape_of(value: Any) -> Shape:
    """The shape of an array; `()` of a number."""
    return value.shape if isinstance(value, Array) else ()


def total(entries: Sequence[Scalar]) -> Scalar:
    """The sum, from the first entry on; 0 of none."""
    whole = entries[0] if entries else 0
    for entry in entries[1:]:
        whole = whole + entry
    return whole


def together(of: Callable[..., Scalar], *given: Any) -> Any:
    """`of` the entries of several values, an array where one is; nothing is spread out but as NumPy does.

    Raises `ShapeError` where the shapes do not fit.
    """
    shapes = [each.shape for each in given if isinstance(each, Array)]
    if not shapes:
        return of(*given)
    shape = shapes[0]
    if all(each == shape for each in shapes):
        entries = [each.entries if isinstance(each, Array) else [each] * prod(shape) for each in given]
        return Array(shape, [of(*row) for row in zip(*entries, strict=True)])
    for other in shapes[1:]:
        shape = spread(shape, other)
    return Array(shape, [of(*row) for row in zip(*(_repeated(each, shape) for each in given), strict=True)])


def spread(one: Shape, other: Shape) -> Shape:
    """The shape of what both are spread out to. Raises `ShapeError`."""
    axes = max(len(one), len(other))
    pairs = zip((1,) * (axes - len(one)) + one, (1,) * (axes - len(other)) + other, strict=True)
    found = []
    for a, b in pairs:
        if a != b and 1 not in (a, b):
            raise ShapeError(one, other)
        found.append(b if a == 1 else a)
    return tuple(found)


def _repeated(value: Any, shape: Shape) -> Iterator[Scalar]:
    if not isinstance(value, Array):
        yield from (value for _ in range(prod(shape)))
        return
    own = (1,) * (len(shape) - len(value.shape)) + value.shape
    for place in product(*map(range, shape)):
        at = 0
        for i, size in zip(place, own, strict=True):
            at = at * size + (i if size > 1 else 0)
        yield value.entries[at]
