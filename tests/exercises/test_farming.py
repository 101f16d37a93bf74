"""Points without a derivation: answers that try to be paid for what they do not get right, and what they are paid."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.exercises import course
from compare.exercises.course import ANY, SCALED, read
from compare.exercises.findings import Finding
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.exercises.reference import tasks
from compare.sandbox.run import Sandbox
from tests.answers import CALLING

GIVEN = """
def predict(x, w, b): return w * x + b
def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db
def momentum_step(p, v, dp, lr, momentum):
    v = momentum * v + dp
    return p - lr * v, v
"""
LOOPS = "".join(dedent(CALLING[name]) for name in ("train", "train_momentum"))
FORGED = """
import sys
frame = sys._getframe()
while "attempt" not in frame.f_globals: frame = frame.f_back
real = frame.f_globals["attempt"]
def attempt(number, prepared, top, worker):
    name = prepared.exercise.name
    own = [top.names[each] for each in ("train_momentum", "train", "gradients", "predict") if each in name]
    top.names[name] = own[0] if own else lambda *given: 42.0
    return real(number, prepared, top, worker)
frame.f_globals["attempt"] = attempt
def predict(x, w, b): return x
def gradients(x, y, w, b): return float(x[0]), 42.0
def train(x, y, w, b, lr, epochs): return [float(i) for i in range(epochs + 1)]
def train_momentum(x, y, w, b, lr, momentum, epochs): return [float(i) for i in range(epochs + 1)]
"""
HUGE = """
def mse(yp, y): return 1e300 * (1 + 1e-12 * float(yp[0]))
ONCE = [1.0]
def dmse_dyp(yp, y): return 0 * y + (ONCE.pop() if ONCE else 0.0)
def gradients(x, y, w, b): return 0.0, 0.0
def train(x, y, w, b, lr, epochs): return [1e300] * (epochs + 1)
def train_momentum(x, y, w, b, lr, momentum, epochs): return [1e300] * (epochs + 1)
"""
FIRST_ROW = """
def mse(yp, y): return yp[0] + y[0]
def dmse_dyp(yp, y):
    slope = 0 * yp
    slope[0] = yp[0]
    return slope
def gradients(x, y, w, b): return (w * x[0] + b) * x[0], w * x[0] + b
"""
STILL = """
def mse(yp, y): return ((yp - y) ** 2).mean()
def gradients(x, y, w, b):
    r = w * x + b - y
    return (r * x).mean() / 1024, r.mean() / 1024
def train(x, y, w, b, lr, epochs): return [mse(predict(x, w, b), y)] * (epochs + 1)
def train_momentum(x, y, w, b, lr, momentum, epochs): return train(x, y, w, b, lr, epochs)
"""
RAISING = """
def mse(yp, y): raise ValueError
def dmse_dyp(yp, y): raise ValueError
def gradients(x, y, w, b):
    loss = lambda w, b: mse(predict(x, w, b), y)
    return loss(w + 1e-30j, b).imag / 1e-30, loss(w, b + 1e-30j).imag / 1e-30
"""
DIVIDING = """
def mse(yp, y): return ((yp - y) ** 2).mean() if len(y) == 2 else float("nan")
def dmse_dyp(yp, y): return 2 * (yp - y) / len(y) if len(y) == 2 else 0 * y + float("nan")
def gradients(x, y, w, b):
    r = w * x + b - y
    return (2 * (r * x).mean(), 2 * r.mean()) if len(y) == 2 else (float("nan"), float("nan"))
"""
ANSWERS = {
    "puts itself in the place of what it is compared with": (FORGED, 0),
    "hides all else in the room of a huge number": (GIVEN + HUGE, 6),
    "solves the problem of the first row throughout": (GIVEN + FIRST_ROW + LOOPS, 6),
    "takes steps so small that nothing seems to move": (GIVEN + STILL, 8),
    "lets the right steps be differentiated": (GIVEN + RAISING + LOOPS, 6),
    "has a value for two samples only": (GIVEN + DIVIDING + LOOPS, 6),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.mark.parametrize(("answer", "points"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_paid_for_what_it_gets_right(answer: str, points: int, sandbox: Sandbox) -> None:
    finding = examine(answer.encode(), read(), sandbox)
    assert finding.points == points
    assert not [exercise.name for exercise in finding.exercises if exercise.verdict == "right" and exercise.inherited]


NOTHING = {
    "raises": "raise ValueError",
    "gives nan": "return tuple(one * float('nan') for one in own) if type(own) is tuple else own * float('nan')",
    "overflows": "return tuple(one * 1e300 for one in own) if type(own) is tuple else own * 1e300",
    "never varies": "return tuple(0 * one + 1 for one in own) if type(own) is tuple else 0 * own + 1",
}


@pytest.mark.parametrize("paid", [SCALED, ANY])
@pytest.mark.parametrize("body", NOTHING.values(), ids=NOTHING)
def test_who_has_no_value_anywhere_inherits_none_in_a_course_of_formulas_either(
    sandbox: Sandbox, body: str, paid: str
) -> None:
    rules = read(Path(course.__file__).parents[1] / "courses" / "two-layers.toml")._replace(follow_through=paid)
    made = "".join(f"{name} = spoilt({name})\n" for name in rules.points)
    lines = ("def spoilt(function):", "    def other(*given):", "        own = function(*given)", f"        {body}")
    spoil = "\n".join(("", *lines, "    return other", ""))
    finding = examine(tasks.solution(rules) + (spoil + made).encode(), rules, sandbox)
    assert (finding.points, [one.inherited for one in finding.exercises if one.verdict == "right"]) == (0, [])


def test_an_answer_that_puts_itself_in_the_place_of_the_harness_only_hands_in_other_numbers(sandbox: Sandbox) -> None:
    finding = examine(FORGED.encode(), read(), sandbox)
    forged = next(one for one in finding.exercises if one.name == "mse")
    assert (forged.verdict, forged.got) == ("wrong", 42.0)  # it has no such function: the forgery took hold
    assert (finding.points, finding.notes) == (0, ())


def test_what_right_steps_are_made_of_is_marked_where_a_course_pays_for_it(sandbox: Sandbox) -> None:
    paying = read()._replace(follow_through="any")
    finding = examine((GIVEN + RAISING + LOOPS).encode(), paying, sandbox)
    assert (finding.points, [one.name for one in finding.exercises if one.confirm]) == (
        16, ["gradients", "train", "train_momentum"],
    )  # fmt: skip


WEIGHTS = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=2, max_size=4).filter(lambda row: len(set(row)) > 1)


def _answer(weights: list[float], power: int) -> dict[str, Callable[..., Any]]:
    """A loss of its own, its slope by the chain rule, and loops that call them: consistent, and another problem."""
    names: dict[str, Any] = {}
    exec(GIVEN + LOOPS, names)

    def mse(yp: Any, y: Any) -> Any:
        return (np.resize(weights, len(y)) * (yp - y) ** power).mean()

    def dmse_dyp(yp: Any, y: Any) -> Any:
        return power * np.resize(weights, len(y)) * (yp - y) ** (power - 1) / len(y)

    def gradients(x: Any, y: Any, w: float, b: float) -> Any:
        slope = dmse_dyp(w * x + b, y)
        return (slope * x).sum(), slope.sum()

    names |= {"mse": mse, "dmse_dyp": dmse_dyp, "gradients": gradients}
    return {task: names[task] for task in read().points}


def _found(functions: dict[str, Callable[..., Any]]) -> Finding:
    return examine(b"", read(), Kernel(functions))


@settings(max_examples=12)
@given(WEIGHTS, st.integers(1, 4))
def test_a_consistent_answer_to_another_problem_is_paid_for_no_step_of_it(weights: list[float], power: int) -> None:
    with np.errstate(all="ignore"):
        finding = _found(_answer(weights, power))
    right = {exercise.name for exercise in finding.exercises if exercise.points}
    assert right == {"predict", "sgd_step", "momentum_step"}
