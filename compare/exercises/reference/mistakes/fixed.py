"""Mistakes with a number in them that no rule can list: a value of one's own in place of a parameter, or a rate that
shrinks from step to step. The number is solved from what was given, and has to hold on all trials like every other
mistake.
"""

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from math import isfinite, sqrt
from typing import TypeAlias

from compare.exercises.formulas.function import Function, Parameter
from compare.exercises.judging import Case
from compare.exercises.reference.mistakes.edits import Edit, begun, walked
from compare.exercises.reference.mistakes.slips import name_of, put, set_in

FIRST = 8  # trials that a number is solved from
CLOSE = 1e-5  # relative: of a number that was solved, to one that somebody would write
WRITTEN = 1000  # the largest denominator of such a number
LARGEST = 1e6
LEAST, WIDEST = 1e-12, 0.05  # halves of a step: whoever takes a wider one differences nothing
SMALLEST = 1e-3  # part of a rate that is left after a step, and that is lost in it

Numbers: TypeAlias = Sequence[float]
Made: TypeAlias = Callable[[float], Edit]  # the edit with that number in it
Entries: TypeAlias = Callable[[Edit, Case], tuple[Numbers, Numbers] | None]  # what an edit gives, and what was given


def fixed(function: Function, cases: Sequence[Case], entries: Entries) -> Iterator[Edit]:
    """Every such mistake with a number that gives what was given on some trial."""
    yield from _started(function)
    for make, least, most in _made(function):
        given = [case for case in cases if case.given is not None][:FIRST]
        solved = (number for case in given for number in _solved(make, case, entries) if least <= number <= most)
        yield from map(make, dict.fromkeys(each for number in solved for each in _written(number)))


def one_sided(function: Function, at: int, cases: Sequence[Case], entries: Entries) -> Iterator[Edit]:
    """A difference quotient to one side in the place of a derivative: of a parabola, the slope half a step further on.

    (L(p + h) - L(p))/h = L'(p + h/2) where L is quadratic in p.
    """
    if not function.loss or at >= len(function.by):
        return
    by = function.by[at]

    def make(half: float) -> Edit:
        first = ast.Assign([ast.Name(by, ast.Store())], put("a + b", a=name_of(by), b=ast.Constant(half)))
        told = f"{by}, h = {2 * half:.2g}"
        return Edit("one-sided", told, function.name, function.name, begun(function, first))

    for case in [case for case in cases if case.given is not None][:FIRST]:
        yield from (make(half) for half in _solved(make, case, entries) if LEAST < abs(half) < WIDEST)


def _started(function: Function) -> Iterator[Edit]:
    """A run of which everything that it updates starts from 0."""
    own = [each for each in function.parameters if each.name in _updated(function)]
    if len(own) > 1:
        zeros = [ast.Assign([ast.Name(each.name, ast.Store())], put("0 * a", a=name_of(each.name))) for each in own]
        names = ", ".join(each.name for each in own)
        yield Edit("start-ignored", names, function.name, function.name, begun(function, *zeros))


def _updated(function: Function) -> set[str]:
    return {name for each in function.body if isinstance(each, ast.For) for name in set_in(each.body)}


def _made(function: Function) -> Iterator[tuple[Made, float, float]]:
    """Each with the least and the most that its number may be."""
    for each in function.parameters:
        if not each.shape and each.kind in ("real", "rate", "positive"):
            yield partial(_in_place_of, function, each), -LARGEST, LARGEST
    for each in function.parameters:
        if each.kind == "rate" and any(isinstance(loop, ast.For) for loop in function.body):
            yield partial(_shrinking, function, each), SMALLEST, 1 - SMALLEST


def _in_place_of(function: Function, parameter: Parameter, number: float) -> Edit:
    first = ast.Assign([ast.Name(parameter.name, ast.Store())], ast.Constant(number))
    told = f"{parameter.name} → {number:.6g}"
    return Edit("fixed-number", told, function.name, function.name, begun(function, first))


def _shrinking(function: Function, parameter: Parameter, number: float) -> Edit:
    by: dict[ast.AST, ast.expr] = {}
    for loop in (each for each in function.body if isinstance(each, ast.For)):
        smaller = put("a * b ** c", a=name_of(parameter.name), b=ast.Constant(number), c=copy.copy(loop.target))
        for node in walked(loop.body):
            if isinstance(node, ast.Name) and node.id == parameter.name:
                by[node] = smaller
    return Edit("decays", parameter.name, function.name, function.name, by)


def _solved(make: Made, case: Case, entries: Entries) -> Iterator[float]:
    """The numbers with which the first entry that depends on it is as given. A step is linear in it, and the loss after
    a step quadratic: three values tell that parabola."""
    tried = [entries(make(number), case) for number in (0.0, 0.5, 1.0)]
    if any(each is None or len(each[0]) != len(each[1]) for each in tried):
        return
    low_ones, middle_ones, high_ones = (each[0] for each in tried if each)
    got = next(each[1] for each in tried if each)
    for own, low, middle, high in zip(got, low_ones, middle_ones, high_ones, strict=True):
        if len({low, middle, high}) > 1:
            if isfinite(own):
                yield from _roots(2 * (low - 2 * middle + high), -3 * low + 4 * middle - high, low - own)
            return


def _roots(a: float, b: float, c: float) -> Iterator[float]:
    """Of a·t² + b·t + c."""
    size = max(abs(a), abs(b), abs(c))
    if abs(a) <= 1e-9 * size:
        yield from () if abs(b) <= 1e-9 * size else (-c / b,)
    elif (under := b * b - 4 * a * c) >= -1e-9 * size * size:
        root = sqrt(max(under, 0.0))
        yield from ((-b - root) / (2 * a), (-b + root) / (2 * a))


def _written(number: float) -> Iterator[float]:
    """The number that somebody would have written, where one is that near, and the number itself."""
    near = float(Fraction(number).limit_denominator(WRITTEN))
    if abs(near - number) <= CLOSE * max(abs(near), 1e-3):
        yield near
    yield float(f"{number:.9g}")
