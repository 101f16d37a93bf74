"""The right arithmetic of a counterexample, small enough to redo on paper."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from compare.exercises.findings import ExerciseFinding
from compare.reports.answer.differences import number, place, term
from compare.reports.language import Messages

EPOCHS = 3  # of a trajectory, at most
Inputs = Mapping[str, Any]


def by_hand(finding: ExerciseFinding, say: Messages) -> list[str]:
    """How to find the expected value of `finding.output` there, one line each; none where it takes too long."""
    example = finding.counterexample
    if finding.moved:
        return [_moved(finding, finding.moved, say)]
    if example is None or finding.names or finding.name not in _STEPS:
        return []
    return _STEPS[finding.name](example.inputs, finding, say)


def _moved(finding: ExerciseFinding, moved: Mapping[str, Any], say: Messages) -> str:
    """The slope of any loss from two of its values: exact where they lie 1 apart, nearly so where they lie closer."""
    at, step, low, high = moved["at"], moved["step"], moved["low"], moved["high"]
    entry = "" if moved["entry"] is None else f"[{place(moved['entry'], finding.shape_expected)}]"
    parameter = moved["parameter"] + entry
    key = "hand.slope" if step == 1.0 else "hand.slope-near"
    losses = {"low_loss": f"{low:.10g}", "high_loss": f"{high:.10g}", "slope": number((high - low) / (2 * step))}
    return say(key, parameter=parameter, low=number(at - step), high=number(at + step), step=number(step), **losses)


def _predict(given: Inputs, finding: ExerciseFinding, say: Messages) -> list[str]:
    x = given["x"][finding.entry or 0]
    return [
        say("hand.predict", w=term(given["w"]), x=term(x), b=term(given["b"]), yp=number(given["w"] * x + given["b"]))
    ]


def _mse(given: Inputs, _: ExerciseFinding, say: Messages) -> list[str]:
    pairs = list(zip(given["yp"], given["y"], strict=True))
    terms = " + ".join(f"({number(yp)} - {term(y)})²" for yp, y in pairs)
    loss = sum((yp - y) ** 2 for yp, y in pairs) / len(pairs)
    return [say("hand.mse", terms=terms, n=len(pairs), loss=number(loss))]


def _dmse_dyp(given: Inputs, finding: ExerciseFinding, say: Messages) -> list[str]:
    index = finding.entry or 0

    def loss(value: float) -> float:
        yp = [*given["yp"][:index], value, *given["yp"][index + 1 :]]
        return _loss(yp, given["y"], 1.0, 0.0)

    return [_slope(f"yp[{index}]", given["yp"][index], loss, say)]


def _gradients(given: Inputs, finding: ExerciseFinding, say: Messages) -> list[str]:
    x, y, w, b = given["x"], given["y"], given["w"], given["b"]
    if finding.output == "db":
        return [_slope("b", b, lambda moved: _loss(x, y, w, moved), say)]
    return [_slope("w", w, lambda moved: _loss(x, y, moved, b), say)]


def _slope(parameter: str, at: float, loss: Any, say: Messages) -> str:
    """The central difference, which is the slope itself, as the loss is a parabola in each of these."""
    low, high = loss(at - 1), loss(at + 1)
    losses = {"low_loss": number(low), "high_loss": number(high), "slope": number((high - low) / 2)}
    return say("hand.slope", parameter=parameter, low=number(at - 1), high=number(at + 1), **losses)


def _loss(x: list[float], y: list[float], w: float, b: float) -> float:
    from compare.truth import exact

    return float(exact.loss(x, y, w, b))


def _sgd_step(given: Inputs, finding: ExerciseFinding, say: Messages) -> list[str]:
    parameter = finding.output or "w"
    old, gradient, lr = given[parameter], given["d" + parameter], given["lr"]
    terms = {"old": number(old), "lr": term(lr), "gradient": term(gradient), "new": number(old - lr * gradient)}
    return [say("hand.step", parameter=parameter, **terms)]


def _momentum_step(given: Inputs, _: ExerciseFinding, say: Messages) -> list[str]:
    v = given["momentum"] * given["v"] + given["dp"]
    terms = {
        "momentum": term(given["momentum"]),
        "v": term(given["v"]),
        "gradient": term(given["dp"]),
        "lr": term(given["lr"]),
    }
    new = number(given["p"] - given["lr"] * v)
    return [say("hand.velocity", **terms, old=number(given["p"]), new_v=number(v), term_v=term(v), new=new)]


def _train(given: Inputs, finding: ExerciseFinding, say: Messages) -> list[str]:
    from compare.exercises.table.programs import Program, records

    epochs = min(EPOCHS, 1 + (finding.first_wrong_epoch or 0))
    return [
        say("hand.epoch", epoch=epoch, w=number(state.w), b=number(state.b), loss=number(loss))
        for epoch, (state, loss) in enumerate(islice(records(Program(), given), epochs))
    ]


_STEPS = {
    "predict": _predict,
    "mse": _mse,
    "dmse_dyp": _dmse_dyp,
    "gradients": _gradients,
    "sgd_step": _sgd_step,
    "train": _train,
    "momentum_step": _momentum_step,
    "train_momentum": _train,
}
