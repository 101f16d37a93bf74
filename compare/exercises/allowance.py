"""How far a right answer in float32 may be from the truth.

A straight-line program that evaluates a polynomial passes each monomial through at most K roundings, each a factor
(1 + δ) with |δ| ≤ u, so its error is at most γ_K · Σ |monomials|, γ_K = K u / (1 − K u). The sum of the absolute
monomials is the polynomial itself at the magnitudes of its inputs, with every sign turned to plus; so the same formulas
give it. K counts three conversions, three products, the sums over n in any order, the division and the last
conversion; programs that shift x and y by their means first pass n more roundings in each of two factors, and double
each: four times the monomials.

Over a run, the errors of each step pass through the signed products of the steps' Jacobians, for absolute values would
grow where the true products shrink. The recorded loss turns an error e of the parameters into |slope|·e + e²'s loss.
"""

from collections.abc import Sequence
from typing import Any

from compare.exercises import formulas, programs
from compare.exercises.formulas import ROOT, SQUARE, Formula
from compare.exercises.programs import Inputs, Program, State

U32 = 2.0**-24  # float32's unit roundoff
SHIFTED = 4  # monomials of a shifted program, in those of the plain one
Matrix = list[list[float]]


def gamma(n: int) -> float:
    """Factor on Σ |monomials| for any program over n samples, of float32."""
    roundings = 3 * n + 16
    return SHIFTED * roundings * U32 / (1 - roundings * U32)


def allowances(task: str, program: Program, given: Inputs) -> list[list[float]]:
    """What rounding may do to each entry of each output of `program`, a list an output. `given` in floats."""
    if "epochs" in given:
        return [_of_losses(program, given)]
    factor = gamma(_samples(given)) * _condition(task, program, given)
    at_magnitudes = programs.results(task, aligned(program), magnitudes(given))
    return [[factor * abs(v) for v in (out if isinstance(out, list) else [out])] for out in at_magnitudes]


def magnitudes(given: Inputs) -> dict[str, Any]:
    """The inputs by size, with signs such that every monomial of an aligned program is positive."""
    return {name: _sized(name, value) for name, value in given.items()}


def aligned(program: Program) -> Program:
    """The program with every sign a plus."""
    velocity = programs.RATE_IN if program.velocity == programs.RATE_IN_MINUS else program.velocity
    loss, slope = program.loss._replace(sign=1), program.slope._replace(sign=1)
    return program._replace(loss=loss, slope=slope, direction=1, velocity=velocity)


def _sized(name: str, value: Any) -> Any:
    sign = -1 if name == "y" else 1
    return [sign * abs(v) for v in value] if isinstance(value, Sequence) else sign * abs(value)


def _samples(given: Inputs) -> int:
    return next((len(value) for value in given.values() if isinstance(value, Sequence)), 1)


def _condition(task: str, program: Program, given: Inputs) -> float:
    """1; for a slope of √mse, whose r and √mse both carry the rounding of r: ρ + ρ², ρ = √mse(magnitudes) / √mse."""
    if program.slope.error != ROOT or task not in ("dmse_dyp", "gradients"):
        return 1.0
    plain = Program()._replace(loss=program.slope._replace(sign=1, summed=True))
    rho = _root_loss(plain, magnitudes(given)) / _root_loss(plain, given)
    return rho + rho * rho


def _root_loss(program: Program, given: Inputs) -> float:
    if "yp" in given:
        return float(programs.results("mse", program, given)[0])
    state = State(given["w"], given["b"], 0.0, 0.0, 0.0, 0.0)
    return float(programs.recorded(program, given, state))


def _of_losses(program: Program, given: Inputs) -> list[float]:
    """Σ over the steps of |product of the later Jacobians| · that step's rounding, turned into a loss."""
    factor, large, plus = gamma(len(given["x"])), magnitudes(given), aligned(program)
    state = State(given["w"], given["b"], 0.0, 0.0, 0.0, 0.0)
    size = _size(program, given)
    products: list[Matrix] = []
    local: list[list[float]] = []
    found: list[float] = []
    for epoch in range(given["epochs"] + 1 + program.more + program.before):
        error = _carried_here(products, local, size)
        if epoch >= program.before:
            at_magnitudes = programs.recorded(plus, large, _absolute(state))
            found.append(factor * float(at_magnitudes) + _of_loss(program, given, state, error[0], error[1]))
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


def _of_loss(program: Program, given: Inputs, state: State, in_w: float, in_b: float) -> float:
    """|L(s + e) − L(s)|: for a sum of squares the slope times e and the loss of e; else the loss is 1-Lipschitz."""
    shift = [abs(xi) * in_w + in_b for xi in given["x"]]
    second = abs(formulas.loss(program.loss, shift)) if any(shift) else 0.0
    if program.loss.error != SQUARE:
        return second
    r = formulas.residuals(program.loss, given["x"], given["y"], state.w, state.b)
    plain = Formula(halved=program.loss.halved, divisor=program.loss.divisor)
    first = sum(abs(d) * s for d, s in zip(formulas.slopes(plain, r), shift, strict=True))
    return first + second


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
