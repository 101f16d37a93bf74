"""Is what an answer gave the truth times a constant, one for each number of samples n?

A loss with a ½ before it, a sum in place of the mean, a turned sign give c(n) times the loss that was asked for,
whatever the data are. Let t be the truth, a what rounding may do to it, g what was given. A program of K roundings that
computes c·t is off by |c|·a at most, |g − c t| ≤ |c| a. With m = |c| and s the sign of c these are two inequalities,

    m (t + a) ≥ s g   and   m (a − t) ≥ −s g,

both linear in m, so that all the numbers of n samples together leave an interval of m for either sign. It is empty
where they are no multiple of the truth.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, isfinite
from typing import NamedTuple, TypeAlias

from compare.exercises.judging import Case, Truth, samples
from compare.sandbox.calls import Value

LEAST, MOST = 2.0**-10, 2.0**10  # of |c|: a ½, n, n/(n − 1), but no number that makes all others vanish
SUPPORT = 2  # different truths that must tell c, each by itself

Span: TypeAlias = tuple[float, float]  # the least and the largest |c|


class Multiple(NamedTuple):
    """What the cases of one n leave of c: spans of |c| by its sign, without those that are empty.

    `support` counts the different truths by which c is told, those larger than their allowance. `finite` says whether
    every number is finite, `silent` whether none is.
    """

    spans: Mapping[int, Span]
    support: int
    finite: bool
    silent: bool


def multiples(cases: Iterable[Case], truths: Iterable[Truth]) -> dict[int, Multiple]:
    """By n, what c may be. Numbers that are not finite tell nothing of it; another shape leaves no c."""
    of_size: dict[int, list[tuple[Case, Truth]]] = {}
    for case, truth in zip(cases, truths, strict=True):
        of_size.setdefault(samples(case.trial), []).append((case, truth))
    return {n: _multiple(pairs) for n, pairs in of_size.items()}


def is_shaped(given: Sequence[Value], truth: Truth) -> bool:
    """Has each output the shape that it should have?"""
    return all(value.shape == out.shape for value, out in zip(given, truth, strict=True))


def likely(spans: Mapping[int, Span]) -> tuple[Fraction, Fraction]:
    """The c of the smallest denominator that they allow, as a half that was computed is a half again whatever rounded
    it; and the middle, which is close to any other c, as the number that tells most bounds it from both sides."""
    sign, span = next(iter(spans.items()))
    return _likely(sign, *span)


@lru_cache(maxsize=256)  # every run of an answer asks for them
def _likely(sign: int, low: float, high: float) -> tuple[Fraction, Fraction]:
    return sign * _simplest(Fraction(low), Fraction(high)), sign * (Fraction(low) + Fraction(high)) / 2


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """By continued fractions: a whole number if there is one, else the whole part that both share, and what is left."""
    if (least := ceil(low)) <= high:
        return Fraction(least)
    whole = least - 1
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


def _multiple(pairs: Sequence[tuple[Case, Truth]]) -> Multiple:
    given = ((case.given, truth) for case, truth in pairs if case.given is not None)
    finite = [(values, truth) for values, truth in given if _is_finite(values)]
    telling = {tuple(tuple(out.values) for out in truth) for _, truth in finite if _tells(truth)}
    spans = {sign: _span(finite, sign) for sign in (1, -1) if all(is_shaped(*pair) for pair in finite)}
    there = {sign: span for sign, span in spans.items() if span[0] <= span[1]}
    return Multiple(there, len(telling), len(finite) == len(pairs), not finite)


def _is_finite(given: Sequence[Value]) -> bool:
    return all(isfinite(number) for value in given for number in value.values)


def _tells(truth: Truth) -> bool:
    return any(abs(t) > a for out in truth for t, a in zip(out.values, out.allowed, strict=True))


def _span(pairs: Iterable[tuple[Sequence[Value], Truth]], sign: int) -> Span:
    low, high = LEAST, MOST
    for given, truth in pairs:
        for factor, least in _inequalities(given, truth, sign):
            if factor > 0:
                low = max(low, least / factor)
            elif factor < 0:
                high = min(high, least / factor)
            elif least > 0:
                high = 0.0
    return low, high


def _inequalities(given: Sequence[Value], truth: Truth, sign: int) -> Iterator[tuple[float, float]]:
    """Pairs with m · first ≥ second."""
    for value, out in zip(given, truth, strict=True):
        for g, t, a in zip(value.values, out.values, out.allowed, strict=True):
            yield t + a, sign * g
            yield a - t, -sign * g
