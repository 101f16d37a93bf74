"""What an answer may compute, right or wrong: a program, and its results for each exercise.

A program is two formulas (the loss that it records, the slope that it follows), an update and a loop; the defaults are
right. Mistakes are fields of it that differ.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from compare.exercises.table import formulas
from compare.exercises.table.formulas import PLAIN, SQUARE, Formula, Real

Inputs: TypeAlias = Mapping[str, Any]  # by parameter: a real, a sequence of reals, or the int `epochs`
Output: TypeAlias = Any  # a real, or a list of reals

FRESH, ACCUMULATED, STALE = "fresh", "accumulated", "stale"
TORCH, AVERAGED, NESTEROV, RATE_IN, RATE_IN_MINUS = "torch", "averaged", "nesterov", "rate-in", "rate-in-minus"
NEGATED, OLD, NOT_KEPT = "negated", "old", "not-kept"
IGNORED, IGNORED_NO_BUFFER, IGNORED_KEPT = "ignored", "ignored-no-buffer", "ignored-kept"
W_FIRST, B_FIRST = "w-first", "b-first"
EACH, EACH_NTH, RUNNING = "each", "each-nth", "running"
PARAMETERS, LAST_LOSS = "parameters", "last-loss"
LOSSES = ("losses",)
OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "predict": ("yp",),
    "mse": ("loss",),
    "dmse_dyp": ("dyp",),
    "gradients": ("dw", "db"),
    "sgd_step": ("w", "b"),
    "train": LOSSES,
    "momentum_step": ("p", "v"),
    "train_momentum": LOSSES,
}


class Program(NamedTuple):
    """The defaults are right."""

    loss: Formula = Formula()
    slope: Formula = Formula()
    direction: int = -1  # p + direction·lr·g
    rate: int = 1  # the power of lr in it
    crossed: bool = False  # w moves by db, and b by dw
    exchanged: bool = False  # the two results of a step, each in the other's place
    bias_moves: bool = True
    velocity: str = TORCH
    shared: bool = False  # is there one buffer for w and b?
    gradient: str = FRESH
    sequential: str | None = None  # w or b moves before the other's gradient is taken
    samples: str | None = None  # a step for each sample, by its own slope, an nth of it, or recorded as it goes
    start: tuple[Real | None, Real | None] = (None, None)  # its own w and b in the place of those that are given
    before: int = 0  # steps before the first record
    buffer_kept: bool = True  # through those
    more: int = 0  # losses beyond the epochs + 1
    returned: str | None = None  # the last w and b, or the last loss, in the place of the losses
    decimals: int | None = None  # to which every result is rounded, or to so many digits
    digits: int | None = None
    dw: Formula | None = None  # w's own slope, and b's, where they are not the same
    db: Formula | None = None


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
    return tuple(_rounded(program, output) for output in _RESULTS[task](program, given))


def _rounded(program: Program, output: Output) -> Output:
    if program.decimals is None and program.digits is None:
        return output
    if isinstance(output, list):
        return [_rounded(program, entry) for entry in output]
    if program.digits is not None:
        return float(f"{float(output):.{program.digits - 1}e}")
    return round(output, program.decimals)


def is_smooth(program: Program) -> bool:
    """Is it as exact in doubles as its allowance needs?

    The slopes of |r| and √mse have no value at r = 0, and what is cut off jumps at whole numbers. A run of a step a
    sample can leave the sizes that its allowance, which is of a step an epoch, knows of.
    """
    formulas_in_it = (program.loss, program.slope, program.dw or program.slope, program.db or program.slope)
    return program.samples is None and all(one.error in (SQUARE, PLAIN) and not one.cut for one in formulas_in_it)


def records(program: Program, given: Inputs) -> Iterator[tuple[State, Output]]:
    """The recorded losses, one by one, each with the state that it is the loss of."""
    state = first_state(program, given)
    zero = state.vw
    for epoch in range(given["epochs"] + 1 + program.more + program.before):
        if epoch == program.before and not program.buffer_kept:
            state = state._replace(vw=zero, vb=zero)
        if epoch >= program.before:
            yield state, recorded(program, given, state)
        state = advanced(program, given, state, epoch)


def first_state(program: Program, given: Inputs) -> State:
    """Where the run starts."""
    zero = given["w"] * 0
    w, b = ((given[name] if own is None else zero + own) for name, own in zip("wb", program.start, strict=True))
    return State(w, b, zero, zero, zero, zero)


def recorded(program: Program, given: Inputs, state: State) -> Output:
    if program.samples == RUNNING:
        return _recorded_running(program, given, state)
    return formulas.loss(program.loss, formulas.residuals(program.loss, given["x"], given["y"], state.w, state.b))


def advanced(program: Program, given: Inputs, state: State, epoch: int) -> State:
    """The state after one epoch's update, or its updates."""
    if program.samples is None:
        return _stepped(program, given, state, epoch)
    for one in _each(program, given):
        state = _stepped(program, one, state, epoch)
    return state


def _each(program: Program, given: Inputs) -> Iterator[Inputs]:
    """The inputs of one sample after the other."""
    lr = given["lr"] / len(given["y"]) if program.samples == EACH_NTH else given["lr"]
    for x, y in zip(given["x"], given["y"], strict=True):
        yield {**given, "x": [x], "y": [y], "lr": lr}


def _recorded_running(program: Program, given: Inputs, state: State) -> Output:
    """The mean of each sample's loss before its own step."""
    total = state.vw * 0
    for one in _each(program, given):
        total += formulas.loss(program.loss, formulas.residuals(program.loss, one["x"], one["y"], state.w, state.b))
        state = _stepped(program, one, state, 0)
    return total / len(given["y"])


def _stepped(program: Program, given: Inputs, state: State, epoch: int) -> State:
    dw, db = _carried(program, given, state, epoch)
    if program.sequential == B_FIRST:
        b, vb = _moved_bias(program, given, state, db)
        dw = _slope(program, given, state.w, b)[0]
        w, vw = _moved(program, given, state.w, state.vw, dw)
        return State(w, b, vw, vb, dw, db)
    w, vw = _moved(program, given, state.w, state.vw, dw)
    if program.sequential == W_FIRST:
        db = _slope(program, given, w, state.b)[1]
    if program.shared:
        state = state._replace(vb=vw)
    b, vb = _moved_bias(program, given, state, db)
    return State(w, b, vb if program.shared else vw, vb, dw, db)


def _moved_bias(program: Program, given: Inputs, state: State, db: Real) -> tuple[Real, Real]:
    return _moved(program, given, state.b, state.vb, db) if program.bias_moves else (state.b, state.vb)


def _carried(program: Program, given: Inputs, state: State, epoch: int) -> tuple[Real, Real]:
    if program.gradient == STALE and epoch > 0:
        return state.cw, state.cb
    dw, db = _slope(program, given, state.w, state.b)
    return (state.cw + dw, state.cb + db) if program.gradient == ACCUMULATED else (dw, db)


def _slope(program: Program, given: Inputs, w: Real, b: Real) -> tuple[Real, Real]:
    both = _gradients_of(program.slope, given, w, b)
    dw = _gradients_of(program.dw, given, w, b)[0] if program.dw else both[0]
    return dw, _gradients_of(program.db, given, w, b)[1] if program.db else both[1]


def _gradients_of(formula: Formula, given: Inputs, w: Real, b: Real) -> tuple[Real, Real]:
    x, y = given["x"], given["y"]
    dw, db = formulas.gradients(formula, formulas.residuals(formula, x, y, w, b), x)
    if formula.brackets:
        dw = formulas.gradients(formula._replace(x_in_dw=0), formulas.bracketed(formula, x, y, w, b), x)[0]
    return dw, db


def _moved(program: Program, given: Inputs, p: Real, v: Real, dp: Real) -> tuple[Real, Real]:
    if "momentum" in given:
        return _with_momentum(program, given, p, v, dp)
    return p + _rate(program, given) * dp, v


def _rate(program: Program, given: Inputs) -> Real:
    return program.direction * given["lr"] ** program.rate


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
        case "negated":
            v = momentum * v - dp
            return p - rate * v, v
        case "old":
            return p + rate * v, momentum * v + dp
        case "not-kept":
            return p + rate * (momentum * v + dp), v
        case "ignored-no-buffer":
            return p + rate * dp, dp
        case "ignored-kept":
            return p + rate * dp, v
        case _:
            v = momentum * v + dp
    step = {"nesterov": dp + momentum * v, "ignored": dp}.get(program.velocity, v)
    return p + rate * step, v


def _predict(program: Program, given: Inputs) -> tuple[Output, ...]:
    yp = formulas.predictions(program.slope, given["x"], given["w"], given["b"])
    return (yp[0] if program.slope.bare else yp,)


def _mse(program: Program, given: Inputs) -> tuple[Output, ...]:
    return (formulas.loss(program.loss, formulas.differences(program.loss, given["yp"], given["y"])),)


def _dmse_dyp(program: Program, given: Inputs) -> tuple[Output, ...]:
    dyp = formulas.slopes(program.slope, formulas.differences(program.slope, given["yp"], given["y"]))
    if program.slope.spread:
        n = len(given["y"])
        return ([dyp[i * n : (i + 1) * n] for i in range(n)],)
    return (dyp[0] if program.slope.bare else dyp,)


def _gradients(program: Program, given: Inputs) -> tuple[Output, ...]:
    return _slope(program, given, given["w"], given["b"])


def _sgd_step(program: Program, given: Inputs) -> tuple[Output, ...]:
    rate, slopes = _rate(program, given), (given["dw"], given["db"])
    dw, db = reversed(slopes) if program.crossed else slopes
    b = given["b"] + rate * db if program.bias_moves else given["b"]
    return _both(program, given["w"] + rate * dw, b)


def _momentum_step(program: Program, given: Inputs) -> tuple[Output, ...]:
    return _both(program, *_with_momentum(program, given, given["p"], given["v"], given["dp"]))


def _both(program: Program, first: Output, second: Output) -> tuple[Output, ...]:
    return (second, first) if program.exchanged else (first, second)


def _train(program: Program, given: Inputs) -> tuple[Output, ...]:
    found = list(records(program, given))
    if program.returned == PARAMETERS:
        last = advanced(program, given, found[-1][0], len(found) - 1) if found else first_state(program, given)
        return ([last.w, last.b],)
    if program.returned == LAST_LOSS:
        if not found:
            raise ZeroDivisionError("there is no last loss")
        return (found[-1][1],)
    return ([loss for _, loss in found],)


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
