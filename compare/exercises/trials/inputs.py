"""The inputs on which a function of a reference is tried: the same ones from the same seed.

Real numbers are eighths up to 2 and never zero; positive ones and rates sixty-fourths; whole ones 0 … 5. Some trials
are tiny and some large, so that an answer that was rounded or cut shows; in one every positive number and rate is 0.
Kept are those that notice a part of the formulas being 0.05 % off, and on which rounding cannot decide what is right.
"""

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from math import inf, isfinite, prod
from typing import Any

from compare.exercises.draws import Numbers, start
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Fault, Function, Parameter, Reference
from compare.exercises.formulas.kinds import FLOATS, NUMBERS
from compare.exercises.formulas.numbers import Number, Undefined, number
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.formulas.shapes import Sizes, fault, names_of, shape
from compare.exercises.judging import CREEPING, ORDINARY, Expected, Trial, Tried, Truth
from compare.exercises.reference.mistakes.slips import names_in
from compare.exercises.trials.polynomials import Polynomial, drawn
from compare.exercises.trials.runs import WIDEST, growing

COUNT, CANDIDATES = 16, 72  # trials that are kept, and looked at
FIRST_SIZES = (3, 2, 4, 5, 2, 6, 3, 7, 4, 8, 5, 16, 3, 2, 1, 1)  # of the size that comes first, often the samples
OTHER_SIZES = (2, 3, 1, 2, 3, 2, 1)
SCALES = {5: 2.0**-10, 9: 2.0**-20, 11: 2.0**5, 13: 2.0**10}  # of the real numbers, by trial
LARGEST_SLOPE = 2.0**5  # of a gradient's: whoever differentiates numerically loses digits of large losses
ZEROS, SINGLES = 7, 4  # the trial with zeros; those of one sample, which come last
OFF = "1.0005"
CATCHES = 2  # trials that are to notice each part
LONG, TINY, SLOW = 13, 2.0**-46, 2.0**-12  # steps of a long run, the sizes of its numbers, and of its rate
CREEP, CREEP_UNIT = 2.0**-36, 2.0**-30  # of the rate of a run that creeps; added to its numbers
WIDE, WIDE_DATA, MOMENTOUS = 2.0**12, 2.0**10, 63 / 64  # of the real numbers, of a gradient's data, and of the rates
STARTS = 8  # among which a run is looked for that grows
MANY = 40  # samples, of which nobody takes a part
LARGEST = 2.0**60  # magnitudes, whose squares float32 holds
OF_SIZES = ("index", "shapes")  # errors that other sizes may not have
PARTIAL = ("abs", "maximum", "where", "log", "sqrt")
DISCRETE = ("whole", "binary", "onehot")


class Draw(Numbers):
    """The numbers that a reference's trials are made of, by their kinds."""

    def of_kind(self, kind: str) -> float | int:
        if kind == "whole":
            return self.below(6)
        if kind == "binary":
            return self.below(2)
        if kind == "real":
            size = (1 + self.below(16)) / 8
            return size if self.below(2) else -size
        return (4 + self.below(57)) / 64


def numbers(function: Function, trial: Trial) -> list[Any]:
    """The trial as arguments over numbers with their rounding: what was drawn is exact."""
    return [_numbers(each.kind, trial[each.name]) for each in function.parameters]


def _numbers(kind: str, value: Any) -> Any:
    of = int if kind in DISCRETE else _input
    return value.each(of) if isinstance(value, Array) else of(value)


def _input(value: float) -> Number:
    return Number(Fraction(value), abs(value))


def floats(function: Function, trial: Trial) -> list[Any]:
    """The trial as arguments in floats."""
    return [trial[each.name] for each in function.parameters]


def truth(result: Any, largest: float = LARGEST) -> Truth:
    """A result over numbers as what is to come out. Raises `Undefined` where a magnitude is beyond the `largest`."""
    return tuple(_expected(each, largest) for each in outputs(result))


def _expected(value: Any, largest: float) -> Expected:
    if isinstance(value, list):
        parts = [_expected(each, largest) for each in value]
        inner = parts[0].shape if parts else ()
        if any(part.shape != inner for part in parts):
            raise Undefined
        entries = [each for part in parts for each in part.values]
        return Expected((len(parts), *inner), entries, [each for part in parts for each in part.allowed], True)
    found = [number(each) for each in (value.entries if isinstance(value, Array) else [value])]
    if any(not each.magnitude <= largest for each in found):
        raise Undefined
    values = [_as_float(each.value) for each in found]
    allowed = [each.allowance for each in found]
    if not all(map(isfinite, (*values, *allowed))):
        raise Undefined
    return Expected(value.shape if isinstance(value, Array) else (), values, allowed)


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        raise Undefined from None


def tried(reference: Reference, function: Function, trial: Trial, largest: float = LARGEST) -> Tried | None:
    """The trial with its truth; None where nobody can say what is right, of the function or of its loss, where it is
    beyond the `largest`, or a size is too small for the formulas. Raises `Fault` where they can never be computed."""
    try:
        loss = reference.functions.get(function.loss)
        if loss and _may_have_none(reference, loss):
            truth(Run(reference, NUMBERS).call(loss.name, numbers(loss, trial)))
        return Tried(trial, truth(Run(reference, NUMBERS).call(function.name, numbers(function, trial)), largest))
    except (Undefined, OverflowError):
        return None
    except RunError as error:
        if error.key in OF_SIZES:
            return None
        raise fault(reference, error) from None


def _may_have_none(reference: Reference, function: Function) -> bool:
    """May the formulas have no value somewhere: by a kink, a division, a power, a logarithm or a root?"""
    for node in ast.walk(function.node):
        if isinstance(node, ast.Compare):
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Pow)) and names_in(node.right):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in PARTIAL or (name in reference.own and _may_have_none(reference, reference.own[name])):
                return True
    return False


def trials(reference: Reference, function: Function, seed: int) -> tuple[Tried, ...]:
    """The first trials that are drawn, and as many more as it takes for each part of the formulas to be noticed; those
    of one sample last, then the first once more.

    Raises `Fault` where no input has a value.
    """
    parts = [_off_by(node) for node in _parts(function)]
    missing = dict.fromkeys(range(len(parts)), CATCHES)
    kept = list[Tried]()
    for one in _drawn(reference, function, seed):
        if one is None:
            continue
        seen = {part: _notices(reference, function, one, parts[part]) for part in missing}
        noticed = [part for part, notices in seen.items() if notices]
        for part in noticed:
            missing[part] -= 1
        missing = {part: left for part, left in missing.items() if left and seen[part] is not None}
        if noticed or len(kept) < COUNT:
            kept.append(one)
        if not missing and len(kept) >= COUNT:
            break
    if not kept:
        raise Fault("no-trials", reference.file, line=function.node.lineno, given=function.name)
    return in_order(kept)


def in_order(kept: Sequence[Tried]) -> tuple[Tried, ...]:
    """Those of one sample last, then the first once more."""
    ordered = sorted(kept, key=lambda each: _single(each.trial))
    return (*ordered, ordered[0])


def further(reference: Reference, function: Function, seed: int, known: Polynomial | None) -> Iterator[Tried]:
    """Trials on which a special answer shows, and those on which a right program does not round."""
    draw = Draw(start(function.name, seed) + sum(map(ord, function.name)) + 1)
    found = [(ORDINARY, each) for each in _special(function, draw, known is not None)]
    if known and known.is_run and known.records:
        found.append((CREEPING, _creeping(function, draw)))
    for kind, trial in (*found, *(drawn(known, draw) if known else ())):
        if one := tried(reference, function, trial):
            yield one._replace(kind=kind)
    if known and known.is_run and known.records:
        starts = (growing(reference, function, _ordinary(function, draw)) for _ in range(STARTS))
        grown = (tried(reference, function, one, 4 * WIDEST) for one in starts if one)
        yield from islice(filter(None, grown), 1)


def least(known: Polynomial | None) -> int:
    """How many different trials an exercise has at least, where its formulas have a value nearly everywhere."""
    return COUNT + sum(1 for _ in drawn(known, Draw(0))) if known else COUNT


def _special(function: Function, draw: Draw, zeros: bool) -> Iterator[Trial]:
    """Every array level; large numbers, which whoever clips something clips; many samples; of a polynomial zeros, where
    most losses are least; and a run so long, of numbers so small and at so small a rate that whoever stops where little
    happens stops there."""
    kinds = {each.name: each.kind for each in function.parameters}
    plain, level, still, slow = (_ordinary(function, draw) for _ in range(4))
    yield {name: _scaled(value, 1, level=kinds[name] not in DISCRETE) for name, value in level.items()}
    yield _wide(function, draw)
    names = names_of(function)
    if names:
        yield _trial(function, dict.fromkeys(names, 2) | dict.fromkeys(names[:1], MANY), draw)
    long = {name: LONG for name, kind in kinds.items() if kind == "whole" and not isinstance(plain[name], Array)}
    if zeros:
        zero = {name for name, kind in kinds.items() if kind == "real"}
        zero -= _data(function) if function.loss or long else set()
        yield {name: _scaled(value, 0.0) if name in zero else value for name, value in still.items()} | long
    if long:
        scales = {"real": TINY, "positive": SLOW, "rate": SLOW}
        yield {name: _scaled(value, scales.get(kinds[name], 1)) for name, value in slow.items()} | long


def _wide(function: Function, draw: Draw) -> Trial:
    """Two samples of large numbers, and rates close to 1. Of a gradient the data alone are large, as whoever
    differentiates numerically loses digits of large losses."""
    names = names_of(function)
    trial = _trial(function, dict.fromkeys(names, 2), draw)
    for each in function.parameters:
        if each.kind == "real" and each.name not in function.by:
            trial[each.name] = _scaled(trial[each.name], WIDE_DATA if function.loss else WIDE)
        elif each.kind == "rate":
            trial[each.name] = trial[each.name] if each.shape else MOMENTOUS
    return trial


def _data(function: Function) -> set[str]:
    """The first array, where others of its numbers stand beside it that are no samples: with inputs that are all 0 a
    line has no slope, and whoever solves for it finds none."""
    first = names_of(function)[:1]
    reals = [each for each in function.parameters if each.kind == "real"]
    arrays = [each for each in reals if each.shape and list(map(str, each.shape[0])) == list(first)]
    return {arrays[0].name} if arrays and len(arrays) < len(reals) else set()


def _creeping(function: Function, draw: Draw) -> Trial:
    """A run at so small a rate that whoever stops where a loss falls by a small part of itself stops; its numbers have
    more bits than float32 holds."""
    kinds = {each.name: each.kind for each in function.parameters}
    return {name: _crept(kinds[name], value) for name, value in _ordinary(function, draw).items()}


def _ordinary(function: Function, draw: Draw) -> dict[str, Any]:
    """One of three samples, and of two of everything else."""
    names = names_of(function)
    return _trial(function, dict.fromkeys(names, 2) | dict.fromkeys(names[:1], 3), draw)


def _crept(kind: str, value: Any) -> Any:
    if kind == "whole":
        return LONG
    more, by = (CREEP_UNIT, 1.0) if kind == "real" else (0.0, CREEP)
    return value.each(lambda entry: by * entry + more) if isinstance(value, Array) else by * value + more


def _scaled(value: Any, by: float, level: bool = False) -> Any:
    if not isinstance(value, Array):
        return value * by + 0  # a whole number times 1 stays one; no zero is negative
    return value.each(lambda entry: by * (value.entries[0] if level else entry) + 0)


def _trial(function: Function, sizes: Sizes, draw: Draw, at: int = -1) -> dict[str, Any]:
    scale = min(SCALES.get(at, 1.0), LARGEST_SLOPE if function.loss else inf)
    return {each.name: _value(each, shape(each, sizes), draw, scale, at == ZEROS) for each in function.parameters}


def _single(trial: Trial) -> bool:
    """Is there one sample? Such come last, as an answer stops at its first division by n - 1."""
    return any(isinstance(value, Array) and value.shape[0] == 1 for value in trial.values())


def _drawn(reference: Reference, function: Function, seed: int) -> Iterator[Tried | None]:
    draw = Draw(start(function.name, seed) + sum(map(ord, function.name)))
    for at in range(CANDIDATES):
        sizes = _sizes(function, at)
        yield tried(reference, function, _trial(function, sizes, draw, at))


def _sizes(function: Function, at: int) -> Sizes:
    names = names_of(function)
    others = {name: OTHER_SIZES[(at + 3 * i) % len(OTHER_SIZES)] for i, name in enumerate(names)}
    return others | {name: FIRST_SIZES[at % len(FIRST_SIZES)] for name in names[:1]}


def _value(parameter: Parameter, size: tuple[int, ...], draw: Draw, scale: float, zero: bool) -> Any:
    kind = parameter.kind
    if kind == "onehot":
        rows = [draw.below(size[1]) for _ in range(size[0])]
        return Array(size, [float(j == row) for row in rows for j in range(size[1])])
    drawn = [draw.of_kind(kind) for _ in range(prod(size))]
    if kind == "real":
        drawn = [each * scale for each in drawn]
    if kind in ("positive", "rate") and zero:
        drawn = [0.0] * len(drawn)
    if not size:
        return drawn[0]
    return Array(size, [float(each) for each in drawn])


def _parts(function: Function) -> Iterator[ast.expr]:
    """The parts of the formulas that are numbers: no exponent, index, axis, condition or length of a loop."""
    for statement in function.body:
        yield from _numeric(statement)


def _numeric(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, (ast.Tuple, ast.List, ast.Assign, ast.Return, ast.Expr, ast.AugAssign)):
        value = getattr(node, "value", None)
        for each in [value] if value else node.elts:  # type: ignore[union-attr]
            yield from _numeric(each)
    elif isinstance(node, ast.For):
        for statement in node.body:
            yield from _numeric(statement)
    elif isinstance(node, ast.BinOp):
        yield node
        yield from _numeric(node.left)
        yield from () if isinstance(node.op, ast.Pow) else _numeric(node.right)
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) or (isinstance(node, ast.Constant) and node.value):
        yield node
    elif isinstance(node, ast.UnaryOp):
        yield from _numeric(node.operand)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)


def _of_call(node: ast.Call) -> Iterator[ast.expr]:
    if isinstance(node.func, ast.Attribute):  # losses.append(loss)
        yield from _numeric(node.args[0])
        return
    yield node
    if isinstance(node.func, ast.Name) and node.func.id not in ("len", "zeros_like"):
        for argument in node.args:
            yield from _numeric(argument)


def _off_by(node: ast.expr) -> dict[ast.AST, ast.AST]:
    """The node scaled by 1.0005."""
    return {node: ast.copy_location(ast.BinOp(copy.copy(node), ast.Mult(), ast.Constant(float(OFF))), node)}


def _notices(reference: Reference, function: Function, each: Tried, off: Mapping[ast.AST, Any]) -> bool | None:
    """Does the answer with that part off come out wrong on this trial? None for a part that is no number."""
    try:
        result = Run(reference, FLOATS, off).call(function.name, floats(function, each.trial))
        return not within(result, each.truth)
    except RunError as error:
        return None if error.key == "no-number" else False
    except (Undefined, ArithmeticError):
        return False


def within(result: Any, truth: Truth, by: float = 1.0) -> bool:
    """Is a result in floats within `by` allowances of the truth?"""
    found = outputs(result)
    return len(found) == len(truth) and all(_near(value, each, by) for value, each in zip(found, truth, strict=True))


def _near(value: Any, each: Expected, by: float) -> bool:
    shape, entries = flat(value)
    return shape == each.shape and all(
        abs(one - other) <= by * room for one, other, room in zip(entries, each.values, each.allowed, strict=True)
    )


def flat(value: Any) -> tuple[tuple[int, ...], list[float]]:
    """The shape and the entries of a value in floats: a number, an array, or a list of them."""
    if isinstance(value, list):
        parts = [flat(each) for each in value]
        inner = parts[0][0] if parts else ()
        return (len(parts), *inner), [entry for _, entries in parts for entry in entries]
    if isinstance(value, Array):
        return value.shape, [float(each) for each in value.entries]
    if not isinstance(value, (int, float, Fraction)):
        raise Undefined
    return (), [float(value)]
