"""What only a run shows: how its last record moves with a part of the step before, and how it grows."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from compare.exercises.equality import Bend
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import FLOATS, NUMBERS
from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import Run, RunError
from compare.exercises.judging import Trial
from compare.exercises.reference.mistakes.slips import name_of, put, set_in

PART = Fraction(1, 2**20)  # of a step: so small that no higher power of it counts
WIDEST, GROWN = 2.0**118, 2.0**40  # of the records of a run that grows: float32 ends at 2¹²⁸; by how much it grows
STEPS, FURTHER = 14, 4.0  # of such a run: its most steps, and its numbers, of the ordinary ones


def bends(reference: Reference, function: Function) -> list[Bend]:
    """For each part of a loop's step, and for all of them together: how the last record moves with it."""
    loop = next((each for each in function.body if isinstance(each, ast.For)), None)
    if loop is None:
        return []
    before = {each.name for each in function.parameters}.union(set_in(function.body))
    state = sorted(before & set_in(loop.body))
    parts = [[name] for name in state] + [state] * (len(state) > 1)
    return [partial(_bend, reference, function, loop, part) for part in parts]


def _bend(
    reference: Reference, function: Function, loop: ast.For, part: Sequence[str], trial: Trial
) -> tuple[float, float]:
    """s and t: where that part of every step is 1 + δ times as long, the last record moves by s δ + t δ²."""
    given = [_exact(trial[each.name]) for each in function.parameters]
    ends = []
    for delta in (-PART, Fraction(0), PART):
        run = Run(reference, NUMBERS, {loop: _longer(loop, part, 1 + delta)})
        ends.append(run.call(function.name, given)[-1])
    less, at, more = ends
    return float((more - less) / (2 * PART)), float((more + less - 2 * at) / (2 * PART**2))


def _longer(loop: ast.For, part: Sequence[str], times: Fraction) -> list[ast.stmt]:
    """The body of a loop in which that part of the step is so many times as long."""
    before = [_assigned(f"{name} before", name_of(name)) for name in part]
    after = [put("a + c*(b - a)", a=name_of(f"{name} before"), b=name_of(name), c=_constant(times)) for name in part]
    return [*before, *loop.body, *map(_assigned, part, after)]


def _assigned(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([name_of(name)], value)


def _constant(value: Fraction) -> ast.expr:
    return ast.Constant(value)  # type: ignore[arg-type]


def _exact(value: Any) -> Any:
    return value.each(Fraction) if isinstance(value, Array) else value if isinstance(value, int) else Fraction(value)


def _further(value: Any) -> Any:
    return value.each(_further) if isinstance(value, Array) else FURTHER * value


def growing(reference: Reference, function: Function, trial: Mapping[str, Any]) -> Trial | None:
    """A trial as a run that grows nearly as far as float32 holds: who cuts its records off, or stops where they are
    large, shows. None where it does not grow so far."""
    kinds = {each.name: each.kind for each in function.parameters}
    larger = {name: _further(value) if kinds[name] == "real" else value for name, value in trial.items()}
    for steps in range(STEPS, 0, -1):
        one = larger | {name: steps for name, kind in kinds.items() if kind == "whole"}
        try:
            first, *_, last = Run(reference, FLOATS).call(function.name, [one[name] for name in kinds])
        except (ArithmeticError, Undefined, RunError, ValueError):
            continue
        if abs(last) <= WIDEST:
            return one if abs(last) > GROWN * abs(first) else None
    return None
