"""Small inputs, whole numbers above all, the smallest first: examples that can be redone on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING, Any

from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Function, Parameter, Reference
from compare.exercises.formulas.shapes import Sizes, names_of, shape
from compare.exercises.judging import Trial, Tried
from compare.exercises.reference.prepared import parsed
from compare.exercises.trials.inputs import tried

if TYPE_CHECKING:
    from compare.exercises.course import Formulas

EACH = 48  # small inputs of each size that are asked, the smallest first
OF_SIZE, TOTAL = 100, 4  # inputs of each size, and the largest sum of their entries
SIZES = ((1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2))  # of the size that comes first, and of the others


class Small:
    """The small inputs of a function on which something is right, the smallest first, each found when asked for."""

    def __init__(self, reference: Reference, function: Function) -> None:
        self._reference, self._function = reference, function
        self._trials = tuple(small_inputs(function))
        self._tried: dict[int, Tried | None] = {}

    def __iter__(self) -> Iterator[Tried]:
        return filter(None, map(self._at, range(len(self._trials))))

    def _at(self, place: int) -> Tried | None:
        if place not in self._tried:
            self._tried[place] = tried(self._reference, self._function, self._trials[place])
        return self._tried[place]

    @property
    def known(self) -> Iterator[Tried]:
        """Those that were found before."""
        return filter(None, self._tried.values())

    def few(self) -> list[Tried]:
        """The first few of each size."""
        seen: Counter[tuple[object, ...]] = Counter()
        found = []
        for place, trial in enumerate(self._trials):
            size = tuple(value.shape for value in trial.values() if isinstance(value, Array))
            seen[size] += 1
            if seen[size] <= EACH and (one := self._at(place)):
                found.append(one)
        return found


@lru_cache(maxsize=64)
def small(formulas: Formulas, name: str) -> Small:
    """Those of one exercise."""
    reference = parsed(formulas)
    return Small(reference, reference.functions[name])


def small_inputs(function: Function) -> Iterator[Trial]:
    """Small whole numbers, the smallest first: fewest entries, nothing negative, the smallest sum of sizes."""
    found: list[tuple[bool, Trial]] = []
    names = names_of(function)
    for first, others in SIZES if len(names) > 1 else SIZES[: 1 + 2 * len(names)]:
        sizes = dict.fromkeys(names, others) | dict.fromkeys(names[:1], first)
        if any(each.kind == "onehot" for each in function.parameters):
            sizes |= {name: 2 for each in function.parameters if each.kind == "onehot" for name in _last(each)}
        found += islice(_of_sizes(function, sizes), OF_SIZE)
    found.sort(key=lambda pair: pair[0])
    yield from (trial for _, trial in found)


def _last(parameter: Parameter) -> Iterator[str]:
    return (part for part in parameter.shape[-1] if isinstance(part, str))


def _of_sizes(function: Function, sizes: Sizes) -> Iterator[tuple[bool, Trial]]:
    """By whether the first array is all zeros, which shows little."""
    shapes = [shape(each, sizes) for each in function.parameters]
    reals = sum(prod(size) for each, size in zip(function.parameters, shapes, strict=True) if each.kind == "real")
    settings = [_choices(each.kind, size) for each, size in zip(function.parameters, shapes, strict=True)]
    for total in range(TOTAL + 1):
        for chosen in islice(product(*settings), 8):
            for entries in _adding_up(reals, total):
                trial = _filled(function, shapes, entries, chosen)
                first = next((each for each in trial.values() if isinstance(each, Array)), None)
                yield first is not None and not any(first.entries), trial


def _adding_up(count: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every `count` whole numbers from 0 that add up to `total`, those first whose first are large."""
    if count == 0:
        if total == 0:
            yield ()
        return
    if count == 1:
        yield (total,)
        return
    for first in range(total, -1, -1):
        yield from ((first, *rest) for rest in _adding_up(count - 1, total - first))


def _choices(kind: str, size: tuple[int, ...]) -> Sequence[Sequence[float | int]]:
    """What an argument that is no plain number may be."""
    count = prod(size)
    if kind == "real":
        return [()]
    if kind == "onehot":
        rows = [[float(j == i) for j in range(size[1])] for i in range(size[1])]
        return [[each for row in chosen for each in row] for chosen in islice(product(rows, repeat=size[0]), 4)]
    if kind == "binary":
        return [list(map(float, chosen)) for chosen in islice(product((0, 1), repeat=count), 4)]
    if kind == "whole":
        return [[each] * count for each in (0, 1, 2, 3)]
    if kind == "positive" and count > 1:
        return [[1.0] * count, [0.5] * count, [1.0 / (1 + i % 2) for i in range(count)]]
    return [[each] * count for each in ((0.5,) if kind == "rate" else (1.0, 0.5))]


def _filled(
    function: Function, shapes: Sequence[tuple[int, ...]], entries: Sequence[int], chosen: Sequence[Any]
) -> Trial:
    left = iter(entries)
    drawn = {}
    for each, size, given in sorted(zip(function.parameters, shapes, chosen, strict=True), key=_is_target(function)):
        values = [float(next(left)) for _ in range(prod(size))] if each.kind == "real" else list(given)
        drawn[each.name] = Array(size, [float(value) for value in values]) if size else values[0]
    return {each.name: drawn[each.name] for each in function.parameters}


def _is_target(function: Function) -> Callable[[Any], bool]:
    """Has a parameter as many rows as the first array? Such are to be predicted, and clearest where they are 0."""
    first = next((each for each in function.parameters if each.shape), None)
    return lambda row: bool(first and row[0] is not first and row[0].shape[:1] == first.shape[:1])
