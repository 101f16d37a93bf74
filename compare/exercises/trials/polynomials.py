"""Trials on which a right program does not round, for formulas that are polynomials.

Whole numbers of a few bits, each times a power of two: sums, products and divisions by powers of two of them are exact
in any order, as long as what the formulas add up to holds no more bits than a float. Equality with the truth on them
shows (Schwartz and Zippel): a polynomial of total degree D that is not zero is zero at a random point of Sᵐ with a
chance of at most D / |S|. So many trials are drawn of each number of samples that another polynomial of degree 8, or of
that of the formulas, has a chance below 10⁻¹⁵. Of a loop, one step is such a polynomial.

Every second trial is scaled by powers of two, so that all terms of a sum stay of one size. By how much each parameter
may be is what the sums of the formulas leave free.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import count, product
from math import ceil, log, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises.findings import OF_RUN, OF_STEP, OF_SUMS
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import NUMBERS, Kind
from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.formulas.shapes import LIST, Sizes, names_of, output_names, output_shapes, shape
from compare.exercises.judging import EXACT, SHORT, Trial

if TYPE_CHECKING:
    from compare.exercises.trials.inputs import Draw

SAMPLES = (8, 4, 2, 1)
OTHERS = 2  # every further size
BITS, FEW = (12, 4), (5, 2)  # of a number, the most and the fewest; of a short one, which is exact in float32, too
DOUBLE, SINGLE = 53, 24  # bits of a float's mantissa
MORE_IN_RUNS = 7  # more that the terms of a run may seem to need: they are far from all having one sign
DEGREE, CHANCE = 8, 1e-15
MOST_OF_SIZE, SHORTS = 20, (2, 4)  # trials; the short ones of one formula, and of a run
SCALES, LARGEST_SCALE = 21, 40  # exponents of two
SMALL_SLOPES = -13  # so small that who differentiates numerically hardly rounds, be it with h = 1e-6 or with h = 1
CONTINUOUS = ("real", "positive", "rate")

Powers = tuple[int, ...]  # by parameter


class Exact(NamedTuple):
    """What is drawn for one number of samples: how many trials, and of how many bits."""

    sizes: Sizes
    bits: int
    trials: int


class _Seen(NamedTuple):
    """What one run of the formulas shows: the most bits that a number may have, and which terms were added up."""

    most: int
    sums: set[Powers]


class _Term:
    """A number as its terms: their degree, the sum of their sizes, the power of two that all are multiples of, and how
    often each parameter stands in them."""

    __slots__ = ("degree", "powers", "seen", "size", "unit")

    def __init__(self, degree: int, size: float, unit: int, powers: Powers, seen: _Seen) -> None:
        if size > 2.0 ** (unit + seen.most):
            raise Undefined
        self.degree, self.size, self.unit, self.powers, self.seen = degree, size, unit, powers, seen

    def _constant(self, value: Any) -> _Term:
        """Raises `Undefined` where it is none that a float holds."""
        if isinstance(value, _Term):
            return value
        exactly = Fraction(value)
        unit = 1 - exactly.denominator.bit_length()
        if isinstance(value, float) or exactly.denominator != 2**-unit:
            raise Undefined
        return _Term(0, abs(float(exactly)), unit, (0,) * len(self.powers), self.seen)

    def __add__(self, other: Any) -> _Term:
        if not isinstance(other, _Term) and other == 0:
            return self
        b = self._constant(other)
        self.seen.sums.add(tuple(one - two for one, two in zip(self.powers, b.powers, strict=True)))
        degree, unit = max(self.degree, b.degree), min(self.unit, b.unit)
        return _Term(degree, self.size + b.size, unit, self.powers, self.seen)

    __radd__ = __sub__ = __rsub__ = __add__

    def __neg__(self) -> _Term:
        return self

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, _Term) and other == 0:
            return 0
        b = self._constant(other)
        powers = tuple(one + two for one, two in zip(self.powers, b.powers, strict=True))
        return _Term(self.degree + b.degree, self.size * b.size, self.unit + b.unit, powers, self.seen)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, _Term):
            raise Undefined
        return self * (1 / Fraction(other))

    def __rtruediv__(self, _: Any) -> Any:
        raise Undefined

    def __pow__(self, exponent: Any) -> Any:
        if isinstance(exponent, _Term) or exponent != int(exponent) or exponent < 0:
            raise Undefined
        return prod([self] * int(exponent))

    def __rpow__(self, _: Any) -> Any:
        raise Undefined


def _refuse(*_: Any, **__: Any) -> Any:
    raise Undefined


_NO_POLYNOMIALS = ("exp", "log", "sqrt", "tanh", "sigmoid", "abs", "maximum", "where")
TERMS = Kind(lambda value: value, {**NUMBERS.functions, **dict.fromkeys(_NO_POLYNOMIALS, _refuse)}, _refuse)


class Polynomial(NamedTuple):
    """What is known of a function whose outputs are polynomials: what is drawn of it, and how it may be scaled."""

    function: Function
    exact: tuple[Exact, ...]
    short: tuple[Exact, ...]
    basis: tuple[Powers, ...]  # exponents by parameter, of which every combination scales all terms of a sum alike
    slopes: tuple[str, ...]  # the parameters that a gradient may be taken by
    updated: tuple[str, ...]  # the parameters that are also returned, anew
    records: bool  # does it give a list, whose length is all that a whole number tells?

    @property
    def is_run(self) -> bool:
        """Does it take a number of steps?"""
        return _is_run(self.function)

    @property
    def shows(self) -> str:
        """What equality shows where the trials were drawn after the answer: of which kind, and for which sizes; nothing
        where it does not for every number of samples, nor of what has a whole number in it that counts no records."""
        if len(self.exact) < (len(SAMPLES) if names_of(self.function) else 1) or (self.is_run and not self.records):
            return ""
        if not names_of(self.function):
            return OF_STEP
        first, *others = names_of(self.function)
        sizes = [f"{first} = {', '.join(map(str, reversed(SAMPLES)))}", *(f"{name} = {OTHERS}" for name in others)]
        return (OF_RUN if self.is_run else OF_SUMS).format(sizes=", ".join(sizes))


def polynomial(reference: Reference, function: Function) -> Polynomial | None:
    """What is known of it; None where it is no polynomial, or none of numbers that are drawn at random."""
    kinds = [(each.kind, bool(each.shape)) for each in function.parameters]
    if any(kind not in CONTINUOUS and (kind, shaped) != ("whole", False) for kind, shaped in kinds):
        return None
    names = names_of(function)
    every = [dict.fromkeys(names, OTHERS) | {names[0]: n} for n in SAMPLES] if names else [{}]
    exact, short, sums = list[Exact](), list[Exact](), set[Powers]()
    for sizes in every:
        if (bits := _bits(reference, function, sizes, BITS, DOUBLE)) is not None:
            degree, found = _seen(reference, function, sizes, bits, DOUBLE) or (0, set())
            exact.append(Exact(sizes, bits, _trials(function, bits, degree)))
            sums |= found
        if (bits := _bits(reference, function, sizes, FEW, SINGLE)) is not None:
            short.append(Exact(sizes, bits, SHORTS[_is_run(function)]))
    exact = [one for one in exact if one.trials <= MOST_OF_SIZE]
    slopes = {name for each in reference.own.values() for name in each.by}
    basis = tuple(_kernel(sums, len(function.parameters)))
    records = output_shapes(reference, function) == (LIST,) and _only_counts(function)
    given = {each.name for each in function.parameters}
    updated = tuple(name for name in output_names(reference, function) if name in given)
    known = Polynomial(function, tuple(exact), tuple(short), basis, tuple(slopes), updated, records)
    return known if exact or short else None


def _only_counts(function: Function) -> bool:
    """Do whole numbers stand nowhere but in how often a loop runs?"""
    wholes = {each.name for each in function.parameters if each.kind == "whole"}
    loops = [node.iter for node in ast.walk(function.node) if isinstance(node, ast.For)]
    counting = {id(node) for loop in loops for node in ast.walk(loop)}
    names = (node for part in function.body for node in ast.walk(part) if isinstance(node, ast.Name))
    return all(id(node) in counting for node in names if node.id in wholes)


def _bits(reference: Reference, function: Function, sizes: Sizes, between: tuple[int, int], most: int) -> int | None:
    """The most bits that numbers may have to be exact."""
    found = range(between[0], between[1] - 1, -1)
    return next((bits for bits in found if _seen(reference, function, sizes, bits, most)), None)


def _seen(
    reference: Reference, function: Function, sizes: Sizes, bits: int, most: int
) -> tuple[int, set[Powers]] | None:
    """The degree of the outputs, and the terms that are added up; None where numbers of so many bits are not exact."""
    steps = _is_run(function)
    seen = _Seen(most + MORE_IN_RUNS * steps, set())
    given = []
    for at, each in enumerate(function.parameters):
        powers = tuple(int(i == at) for i in range(len(function.parameters)))
        term = _Term(0, 0.5, -2, powers, seen) if steps and each.kind != "real" else _Term(1, 1.0, -bits, powers, seen)
        size = shape(each, sizes)
        given.append(1 if each.kind == "whole" else Array(size, [term] * prod(size)) if size else term)
    try:
        found = [_flat(each) for each in outputs(Run(reference, TERMS).call(function.name, given))]
    except (Undefined, RunError, ArithmeticError):
        return None
    return max((each.degree for entries in found for each in entries if isinstance(each, _Term)), default=0), seen.sums


def _flat(value: Any) -> Sequence[Any]:
    if isinstance(value, list):
        return [entry for each in value for entry in _flat(each)]
    return value.entries if isinstance(value, Array) else [value]


def _trials(function: Function, bits: int, degree: int) -> int:
    """How many leave another polynomial too small a chance."""
    drawn = 2 ** (bits + 1) - 1 if all(each.kind in ("real", "whole") for each in _drawn(function)) else 2**bits
    chance = max(DEGREE, degree) / drawn
    return ceil(log(CHANCE) / log(chance)) if chance < 1 else MOST_OF_SIZE + 1


def _drawn(function: Function) -> list[Any]:
    """The parameters whose values are drawn from many: of a run, no rate."""
    return [each for each in function.parameters if each.kind == "real" or not _is_run(function)]


def _is_run(function: Function) -> bool:
    return any(each.kind == "whole" for each in function.parameters)


def _kernel(rows: set[Powers], count: int) -> Iterator[Powers]:
    """Whole numbers by parameter, for which every row adds up to 0, by Gauss and Jordan; one for each that is free."""
    left, pivots = [list(map(Fraction, row)) for row in rows if any(row)], dict[int, list[Fraction]]()
    for at in range(count):
        found = next((row for row in left if row[at]), None)
        if found is None:
            continue
        left.remove(found)
        top = [entry / found[at] for entry in found]
        left = [_without(row, top, at) for row in left]
        pivots = {i: _without(row, top, at) for i, row in pivots.items()} | {at: top}
    for free in range(count):
        if free not in pivots:
            entries = [Fraction(int(i == free)) - (pivots[i][free] if i in pivots else 0) for i in range(count)]
            whole = next(by for by in _numbers() if all((by * entry).denominator == 1 for entry in entries))
            yield tuple(int(whole * entry) for entry in entries)


def _numbers() -> Iterator[int]:
    return count(1)


def _without(row: list[Fraction], top: list[Fraction], at: int) -> list[Fraction]:
    return [entry - row[at] * above for entry, above in zip(row, top, strict=True)]


def drawn(known: Polynomial, draw: Draw) -> Iterator[tuple[str, Trial]]:
    """The trials, the short ones of each number of samples before the exact ones, each with its kind. In some short
    ones what is updated is 0: then a factor on the step is one on the result."""
    small = _small_slopes(known)
    for one in known.short if small is not None else ():
        for zeros in dict.fromkeys(((), known.updated, *((name,) for name in known.updated))):
            for _ in range(one.trials):
                trial = _trial(known, one, small, draw, nonzero=True)  # type: ignore[arg-type]
                yield SHORT, trial | {name: _zero(trial[name]) for name in zeros}
    for one in known.exact:
        for at in range(one.trials):
            powers = _scaled(known, draw) if at % 2 else (0,) * len(known.function.parameters)
            yield EXACT, _trial(known, one, powers, draw)


def _zero(value: Any) -> Any:
    return value.each(_zero) if isinstance(value, Array) else 0.0


def _scaled(known: Polynomial, draw: Draw) -> Powers:
    """A random scale; none where a rate would come to lie beyond 1, or numbers beyond what anybody computes with."""
    return _combined(known, [-draw.below(SCALES) for _ in known.basis]) or (0,) * len(known.function.parameters)


def _combined(known: Polynomial, factors: Sequence[int]) -> Powers | None:
    parameters = known.function.parameters
    scaled = [by for by, of in zip(factors, known.basis, strict=True)]
    found = tuple(sum(by * of[at] for by, of in zip(scaled, known.basis, strict=True)) for at in range(len(parameters)))
    rates = (power for power, each in zip(found, parameters, strict=True) if each.kind == "rate")
    return found if max(map(abs, found)) <= LARGEST_SCALE and all(power <= 0 for power in rates) else None


def _small_slopes(known: Polynomial) -> Powers | None:
    """The scale of short trials: of a gradient, one at which whatever it is taken by is small, where there is one."""
    by = known.function.by or known.slopes
    for factors in product((0, SMALL_SLOPES, -SMALL_SLOPES), repeat=len(known.basis)):
        powers = _combined(known, factors)
        pairs = zip(known.function.parameters, powers or (), strict=False)
        if powers is not None and all(power <= SMALL_SLOPES for each, power in pairs if each.name in by):
            return powers
    return None


def _trial(known: Polynomial, one: Exact, powers: Powers, draw: Draw, nonzero: bool = False) -> dict[str, Any]:
    """Numbers of so many bits below 1, or 1 itself, each times its power of two."""
    trial: dict[str, Any] = {}
    for each, power in zip(known.function.parameters, powers, strict=True):
        if each.kind == "whole":
            trial[each.name] = 1
            continue
        size = shape(each, one.sizes)
        of = [_number(known, each.kind, one.bits, draw, nonzero) * 2.0**power for _ in range(prod(size))]
        trial[each.name] = Array(size, of) if size else of[0]
    return trial


def _number(known: Polynomial, kind: str, bits: int, draw: Draw, nonzero: bool) -> float:
    if kind != "real":
        return 2.0 ** -(1 + draw.below(2)) if known.is_run else (1 + draw.below(2**bits)) / 2.0**bits
    drawn = draw.below(2 ** (bits + 1) - 1) - (2**bits - 1)
    return (drawn or int(nonzero)) / 2.0**bits
