"""How far the losses of a right run in float32 may be from the truth: the one derivation, for functions and histories.

Every step adds its own rounding to the state. Those errors pass through the signed products of the later steps'
Jacobians; absolute values of the factors would grow where the true products shrink. The rounding of a step is taken at
the exact state; what the error of the state itself adds to it is of second order, far less than the roundings that are
counted for all programs and made by none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from compare.exercises.table import formulas, programs
from compare.exercises.table.allowance import aligned, any_form, gamma, magnitudes, samples
from compare.exercises.table.formulas import SQUARE, Formula
from compare.exercises.table.programs import Inputs, Program, State
from compare.truth.exact import Matrix as ExactMatrix
from compare.truth.exact import Problem, nearest, step_matrix

if TYPE_CHECKING:
    from compare.truth.descent import Descent  # a check of functions needs no lesson, and not what reads one

RESIDUALS_FIRST = 12  # roundings beyond the n of the sums: three conversions, three products, two sums, the division …
Row: TypeAlias = list[float]
Matrix: TypeAlias = list[Row]


class Run(NamedTuple):
    """What the derivation asks of a run. `updates` counts the hidden ones, and the one after the last loss, too."""

    rows: Matrix  # (n, d + 1): |x|, and 1 for the bias
    terms: int  # of a sum
    loss: Formula
    updates: int
    size: int  # how much of the state matters
    steady: bool  # is every update's Jacobian the same?
    jacobian: Callable[[int], Matrix]  # of that update
    rounded: Callable[[int], Row]  # the sums of the absolute monomials of the state after it
    residuals: Callable[[int], tuple[Row, Row]]  # before it: |r| of the exact state, and the sums of r's monomials


def size_of_loss(plus: Program, large: Inputs, state: State) -> float:
    """The sum of the loss's absolute monomials: an aligned program's loss, at the magnitudes."""
    return float(formulas.loss(plus.loss, _sizes_of_r(plus, large, state)))


def _sizes_of_r(plus: Program, large: Inputs, state: State) -> Row:
    return formulas.residuals(plus.loss, large["x"], large["y"], abs(state.w), abs(state.b))


def loss_allowances(program: Program, given: Inputs, residuals_first: bool = False) -> Row:
    """What rounding may do to each loss that the program records.

    `residuals_first` tells of a loop that is known to square its residuals: then its loss is off by no more than what
    the rounding of r does to it. Otherwise the loss may have been expanded.
    """
    return list(each_allowance(program, given, residuals_first))


def each_allowance(program: Program, given: Inputs, residuals_first: bool = False) -> Iterator[float]:
    """The same, one by one: the later, the longer it takes."""
    return islice(_allowances(_of_program(program, given), residuals_first), program.before, None)


def right_allowances(descent: Descent, residuals_first: bool = False) -> Row:
    """The same of a right run on all rows, with any number of features and all of SGD's options; hidden steps first."""
    return list(_allowances(_of_descent(descent), residuals_first))


def _allowances(run: Run, residuals_first: bool) -> Iterator[float]:
    """Of each loss. `products` are those of the Jacobians behind each step so far, `local` its own roundings."""
    import numpy as np  # which whoever has all right need not pay for

    factor = gamma(run.terms + RESIDUALS_FIRST) if residuals_first else any_form(run.terms)
    products, local = np.empty((0, run.size, run.size)), np.empty((0, run.size))
    for update in range(run.updates):
        with np.errstate(all="ignore"):  # a run may overflow
            if update == 2 or (update > 2 and not run.steady):
                jacobian = np.array(run.jacobian(update - 1))
            if update > 1:
                products = jacobian @ products
            if update:
                products = np.concatenate([products, np.identity(run.size)[None]])
                local = np.concatenate([local, [[factor * v for v in run.rounded(update - 1)]]])
            error = np.einsum("kij,kj->i", np.abs(products), local)
        yield _of_loss(run, update, error.tolist(), factor, residuals_first)


def _of_program(program: Program, given: Inputs) -> Run:
    large, plus, size = magnitudes(given), aligned(program), _size(program, given)
    updates = given["epochs"] + 1 + program.more + program.before
    states, whole = [programs.first_state(program, given)], _not_cut(program)
    for update in range(updates - 1):
        states.append(programs.advanced(program, given, states[-1], update))

    def rounded(update: int) -> Row:
        return list(programs.advanced(plus, large, _absolute(states[update]), update)[:size])

    def residuals(update: int) -> tuple[Row, Row]:
        r = formulas.residuals(program.loss, given["x"], given["y"], states[update].w, states[update].b)
        return [abs(ri) for ri in r], _sizes_of_r(plus, large, states[update])

    return Run(
        rows=[[xi, 1.0] for xi in large["x"]],
        terms=samples(program, given),
        loss=plus.loss,
        updates=updates,
        size=size,
        steady=_is_linear(program),
        jacobian=lambda update: _jacobian(whole, given, states[update], update, size),
        rounded=rounded,
        residuals=residuals,
    )


def _not_cut(program: Program) -> Program:
    return program._replace(slope=program.slope._replace(cut=None)) if program.slope.cut else program


def _is_linear(program: Program) -> bool:
    """Is every step linear in the state?"""
    slopes = (program.slope, program.dw or program.slope, program.db or program.slope)
    return all(slope.error == SQUARE for slope in slopes)


def _of_descent(descent: Descent) -> Run:
    data = [[*map(float, row), 1.0] for row in descent.feature_rows]
    y, rows = [float(target) for target in descent.y], [[abs(v) for v in row] for row in data]
    states = [state.floats()[:-1] for state in descent.states]
    step = _in_floats(step_matrix(descent.problems[0].gradient_rows, descent.options, descent.is_trained, False))
    jacobian, plus = [row[:-1] for row in step[:-1]], [_aligned_step(descent, first) for first in (False, True)]

    def residuals(update: int) -> tuple[Row, Row]:
        pairs, sizes = list(zip(data, y, strict=True)), [abs(v) for v in states[update]]
        r = [abs(_dot(row, states[update]) - target) for row, target in pairs]
        return r, [_dot(row, sizes) + abs(target) for row, target in zip(rows, y, strict=True)]

    return Run(
        rows=rows,
        terms=len(rows),
        loss=Formula(),
        updates=len(descent.batches),
        size=2 * descent.size,
        steady=True,
        jacobian=lambda _: jacobian,
        rounded=lambda update: [_dot(row, [*map(abs, states[update]), 1.0]) for row in plus[update == 0][:-1]],
        residuals=residuals,
    )


def _aligned_step(descent: Descent, first: bool) -> Matrix:
    """One update at the magnitudes, with every sign a plus."""
    options = {name: abs(value) for name, value in descent.options.items()}
    options |= {"lr": -options["lr"], "maximize": False, "dampening": 1 - abs(1 - options.get("dampening", 0))}
    rows = [tuple(map(abs, row)) for row in descent.feature_rows]
    sizes = Problem(rows, [-abs(target) for target in descent.y])
    return _in_floats(step_matrix(sizes.gradient_rows, options, descent.is_trained, first))


def _in_floats(step: ExactMatrix) -> Matrix:
    return [[nearest(entry, step.denominator) for entry in row] for row in step.rows]


def _dot(row: Row, values: Row) -> float:
    """Their product; a row of fewer entries takes as many of the values."""
    return sum(a * v for a, v in zip(row, values, strict=False))


def _size(program: Program, given: Inputs) -> int:
    """How much of the state matters: the parameters, the buffers, the carried gradient."""
    if program.gradient != programs.FRESH:
        return 6
    return 4 if "momentum" in given else 2


def _absolute(state: State) -> State:
    return State(*map(abs, state))


def _of_loss(run: Run, update: int, error: Row, factor: float, residuals_first: bool) -> float:
    """|L(s + e) − L(s)| and the rounding of L: for a sum of squares its slope times e, and the loss of e.

    Another loss is 1-Lipschitz in r.
    """
    r, at_magnitudes = run.residuals(update)
    own = [factor * size for size in at_magnitudes] if residuals_first else [0.0] * len(r)
    of_rows = [run.loss.prediction * _dot(row, error) for row in run.rows]
    if run.loss.spread:
        of_rows = [of_row for of_row in of_rows for _ in run.rows]
    shift = [of_row + more for of_row, more in zip(of_rows, own, strict=True)]
    moved = float(formulas.loss(run.loss, shift))
    if run.loss.error == SQUARE:
        plain = Formula(halved=run.loss.halved, divisor=run.loss.divisor)
        moved += sum(slope * s for slope, s in zip(formulas.slopes(plain, r), shift, strict=True))
    return moved + factor * float(formulas.loss(run.loss, r if residuals_first else at_magnitudes))


def _jacobian(program: Program, given: Inputs, state: State, epoch: int, size: int) -> Matrix:
    """Of one step: exact where the step is linear in the state, from a difference where the error is not squared."""
    if _is_linear(program):
        given, state, h = {**given, "y": [0.0] * len(given["y"])}, State(*[0.0] * 6), 1.0
    else:
        h = 2.0**-20
    start = programs.advanced(program, given, state, epoch)[:size] if h != 1.0 else [0.0] * size
    columns = []
    for i in range(size):
        nudged = State(*(v + h * (i == j) for j, v in enumerate(state)))
        end = programs.advanced(program, given, nudged, epoch)[:size]
        columns.append([(e - s) / h for e, s in zip(end, start, strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]
