"""How far the losses of a right run in float32 may be from the truth.

Every step adds its own rounding to the state. Those errors pass through the signed products of the later steps'
Jacobians; absolute values of the factors would grow where the true products shrink. The rounding of a step is taken at
the exact state; what the error of the state itself adds to it is of second order, far less than the roundings that are
counted for all programs and made by none.
"""

from typing import TypeAlias

from compare.exercises import formulas, programs
from compare.exercises.allowance import aligned, any_form, gamma, magnitudes
from compare.exercises.formulas import SQUARE, Formula
from compare.exercises.programs import Inputs, Program, State

RESIDUALS_FIRST = 12  # roundings beyond the n of the sums: three conversions, three products, two sums, the division …
Matrix: TypeAlias = list[list[float]]


def size_of_loss(plus: Program, large: Inputs, state: State) -> float:
    """The sum of the loss's absolute monomials: an aligned program's loss, at the magnitudes."""
    return float(formulas.loss(plus.loss, _sizes_of_r(plus, large, state)))


def _sizes_of_r(plus: Program, large: Inputs, state: State) -> list[float]:
    return formulas.residuals(plus.loss, large["x"], large["y"], abs(state.w), abs(state.b))


def loss_allowances(program: Program, given: Inputs, residuals_first: bool = False) -> list[float]:
    """What rounding may do to each loss that the program records.

    `residuals_first` tells of a loop that is known to square its residuals: then its loss is off by no more than what
    the rounding of r does to it. Otherwise the loss may have been expanded.
    """
    n = len(given["x"])
    factor = gamma(n + RESIDUALS_FIRST) if residuals_first else any_form(n)
    large, plus = magnitudes(given), aligned(program)
    state = State(given["w"], given["b"], 0.0, 0.0, 0.0, 0.0)
    size = _size(program, given)
    products: list[Matrix] = []
    local: list[list[float]] = []
    found: list[float] = []
    for epoch in range(given["epochs"] + 1 + program.more + program.before):
        error = _carried_here(products, local, size)
        if epoch >= program.before:
            found.append(_of_loss(program, given, state, error, factor, residuals_first))
        products = [*_later(products, program, given, state, epoch), _identity(size)]
        local.append([factor * v for v in programs.advanced(plus, large, _absolute(state), epoch)[:size]])
        state = programs.advanced(program, given, state, epoch)
    return found


def _later(products: list[Matrix], program: Program, given: Inputs, state: State, epoch: int) -> list[Matrix]:
    """The products of Jacobians with one more step behind them; they are powers where all the steps are alike."""
    if not products:
        return []
    if program.slope.error == SQUARE and len(products) > 1:
        return [_times(products[-2], products[0]), *products[:-1]]
    jacobian = _jacobian(program, given, state, epoch, len(products[0]))
    return [_times(jacobian, product) for product in products]


def _size(program: Program, given: Inputs) -> int:
    """How much of the state matters: the parameters, the buffers, the carried gradient."""
    if program.gradient != programs.FRESH:
        return 6
    return 4 if "momentum" in given else 2


def _absolute(state: State) -> State:
    return State(*map(abs, state))


def _carried_here(products: list[Matrix], local: list[list[float]], size: int) -> list[float]:
    error = [0.0] * size
    for product, rounding in zip(products, local, strict=True):
        for i, row in enumerate(product):
            error[i] += sum(abs(a) * v for a, v in zip(row, rounding, strict=True))
    return error


def _of_loss(
    program: Program, given: Inputs, state: State, error: list[float], factor: float, residuals_first: bool
) -> float:
    """|L(s + e) − L(s)| and the rounding of L: for a sum of squares its slope times e, and the loss of e.

    Another loss is 1-Lipschitz in r.
    """
    large, plus = magnitudes(given), aligned(program)
    at_magnitudes = _sizes_of_r(plus, large, state)
    r = [abs(ri) for ri in formulas.residuals(program.loss, given["x"], given["y"], state.w, state.b)]
    own = [factor * size for size in at_magnitudes] if residuals_first else [0.0] * len(r)
    shift = [xi * error[0] + error[1] + more for xi, more in zip(large["x"], own, strict=True)]
    moved = float(formulas.loss(plus.loss, shift))
    if program.loss.error == SQUARE:
        plain = Formula(halved=program.loss.halved, divisor=program.loss.divisor)
        moved += sum(slope * s for slope, s in zip(formulas.slopes(plain, r), shift, strict=True))
    return moved + factor * float(formulas.loss(plus.loss, r if residuals_first else at_magnitudes))


def _jacobian(program: Program, given: Inputs, state: State, epoch: int, size: int) -> Matrix:
    """Of one step: exact where the step is linear in the state, from a difference where the error is not squared."""
    if program.slope.error == SQUARE:
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


def _times(left: Matrix, right: Matrix) -> Matrix:
    columns = list(zip(*right, strict=True))
    return [[sum(a * c for a, c in zip(row, column, strict=True)) for column in columns] for row in left]


def _identity(size: int) -> Matrix:
    return [[float(i == j) for j in range(size)] for i in range(size)]
