"""What an answer may compute, right or wrong: a program, and its results for each exercise.

A program is two formulas (the loss that it records, the slope that it follows), an update and a loop; the defaults are
right. Mistakes are fields of it that differ.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from compare.exercises import formulas
from compare.exercises.formulas import Formula, Real

Inputs: TypeAlias = Mapping[str, Any]  # by parameter: a real, a sequence of reals, or the int `epochs`
Output: TypeAlias = Any  # a real, or a list of reals

FRESH, ACCUMULATED, STALE = "fresh", "accumulated", "stale"
TORCH, AVERAGED, NESTEROV, RATE_IN, RATE_IN_MINUS = "torch", "averaged", "nesterov", "rate-in", "rate-in-minus"
IGNORED, IGNORED_NO_BUFFER, IGNORED_KEPT = "ignored", "ignored-no-buffer", "ignored-kept"


class Program(NamedTuple):
    """The defaults are right."""

    loss: Formula = Formula()
    slope: Formula = Formula()
    direction: int = -1  # p + direction·lr·g
    rate: bool = True  # is lr in it?
    bias_moves: bool = True
    velocity: str = TORCH
    gradient: str = FRESH
    sequential: bool = False  # b's gradient after w moved
    before: int = 0  # steps before the first record
    buffer_kept: bool = True  # through those
    more: int = 0  # losses beyond the epochs + 1


class State(NamedTuple):
    """Where a run stands: parameters, buffers, and the gradient that it carries on."""

    w: Real
    b: Real
    vw: Real
    vb: Real
    cw: Real
    cb: Real


def results(task: str, program: Program, given: Inputs) -> tuple[Output, ...]:
    """What `program` returns in exercise `task`, one value an output.

    Raises `ZeroDivisionError` where the program has no value.
    """
    return _RESULTS[task](program, given)


def records(program: Program, given: Inputs) -> Iterator[tuple[State, Output]]:
    """The recorded losses, one by one, each with the state that it is the loss of."""
    zero = given["w"] * 0
    state = State(given["w"], given["b"], zero, zero, zero, zero)
    for epoch in range(given["epochs"] + 1 + program.more + program.before):
        if epoch == program.before and not program.buffer_kept:
            state = state._replace(vw=zero, vb=zero)
        if epoch >= program.before:
            yield state, recorded(program, given, state)
        state = advanced(program, given, state, epoch)


def recorded(program: Program, given: Inputs, state: State) -> Output:
    return formulas.loss(program.loss, formulas.residuals(program.loss, given["x"], given["y"], state.w, state.b))


def advanced(program: Program, given: Inputs, state: State, epoch: int) -> State:
    """The state after one epoch's update."""
    dw, db = _carried(program, given, state, epoch)
    w, vw = _moved(program, given, state.w, state.vw, dw)
    if program.sequential:
        db = _slope(program, given, w, state.b)[1]
    b, vb = _moved(program, given, state.b, state.vb, db) if program.bias_moves else (state.b, state.vb)
    return State(w, b, vw, vb, dw, db)


def _carried(program: Program, given: Inputs, state: State, epoch: int) -> tuple[Real, Real]:
    if program.gradient == STALE and epoch > 0:
        return state.cw, state.cb
    dw, db = _slope(program, given, state.w, state.b)
    return (state.cw + dw, state.cb + db) if program.gradient == ACCUMULATED else (dw, db)


def _slope(program: Program, given: Inputs, w: Real, b: Real) -> tuple[Real, Real]:
    r = formulas.residuals(program.slope, given["x"], given["y"], w, b)
    return formulas.gradients(program.slope, r, given["x"])


def _moved(program: Program, given: Inputs, p: Real, v: Real, dp: Real) -> tuple[Real, Real]:
    if "momentum" in given:
        return _with_momentum(program, given, p, v, dp)
    return p + _rate(program, given) * dp, v


def _rate(program: Program, given: Inputs) -> Real:
    return program.direction * given["lr"] if program.rate else program.direction


def _with_momentum(program: Program, given: Inputs, p: Real, v: Real, dp: Real) -> tuple[Real, Real]:
    rate, momentum = _rate(program, given), given["momentum"]
    match program.velocity:
        case "averaged":
            v = momentum * v + (1 - momentum) * dp
        case "rate-in":
            v = momentum * v + rate * dp
            return p + v, v
        case "rate-in-minus":
            v = momentum * v - rate * dp
            return p - v, v
        case "ignored-no-buffer":
            return p + rate * dp, dp
        case "ignored-kept":
            return p + rate * dp, v
        case _:
            v = momentum * v + dp
    step = {"nesterov": dp + momentum * v, "ignored": dp}.get(program.velocity, v)
    return p + rate * step, v


def _predict(program: Program, given: Inputs) -> tuple[Output, ...]:
    return (formulas.predictions(program.slope, given["x"], given["w"], given["b"]),)


def _mse(program: Program, given: Inputs) -> tuple[Output, ...]:
    return (formulas.loss(program.loss, formulas.differences(program.loss, given["yp"], given["y"])),)


def _dmse_dyp(program: Program, given: Inputs) -> tuple[Output, ...]:
    return (formulas.slopes(program.slope, formulas.differences(program.slope, given["yp"], given["y"])),)


def _gradients(program: Program, given: Inputs) -> tuple[Output, ...]:
    return _slope(program, given, given["w"], given["b"])


def _sgd_step(program: Program, given: Inputs) -> tuple[Output, ...]:
    rate = _rate(program, given)
    b = given["b"] + rate * given["db"] if program.bias_moves else given["b"]
    return given["w"] + rate * given["dw"], b


def _momentum_step(program: Program, given: Inputs) -> tuple[Output, ...]:
    return _with_momentum(program, given, given["p"], given["v"], given["dp"])


def _train(program: Program, given: Inputs) -> tuple[Output, ...]:
    return ([loss for _, loss in records(program, given)],)


_RESULTS = {
    "predict": _predict,
    "mse": _mse,
    "dmse_dyp": _dmse_dyp,
    "gradients": _gradients,
    "sgd_step": _sgd_step,
    "train": _train,
    "momentum_step": _momentum_step,
    "train_momentum": _train,
}
