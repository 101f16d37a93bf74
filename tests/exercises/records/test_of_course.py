"""A history of a loop that a course's own reference has, here of a loss with a ½ in front of it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from compare.errors import InputError
from compare.exercises.course import Course, read
from compare.exercises.findings import ExerciseFinding
from compare.exercises.records.files import History, examine
from compare.exercises.sources import Place
from compare.lessons import load
from compare.reports.answer.explained import explained
from compare.reports.language import Messages

HALVES = """
def half_loss(x: n, y: n, w: one, b: one):
    return mean((w*x + b - y)**2)/2

@gradient_of(half_loss, w, b)
def slopes(x: n, y: n, w: one, b: one):
    r = w*x + b - y
    dw = mean(r*x)
    db = mean(r)
    return dw, db

def descend(x: n, y: n, w: one, b: one, lr: rate, epochs: whole):
    losses = []
    for epoch in range(epochs + 1):
        losses.append(half_loss(x, y, w, b))
        dw, db = slopes(x, y, w, b)
        w, b = w - lr*dw, b - lr*db
    return losses

def count(x: n, depth: whole):
    return mean(x)*depth
"""
TOML = """
reference = "halves.py"
[exercises]
slopes = 4
[history]
function = "{function}"
points = 5
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return written(tmp_path_factory.mktemp("course"), "descend")


def written(folder: Path, function: str) -> Course:
    (folder / "halves.py").write_text(HALVES)
    (folder / "week.toml").write_text(TOML.format(function=function))
    return read(folder / "week.toml")


def run(factor: float = 1.0, rate: float = 0.01, of_loss: float = 0.5, dtype: type = np.float64) -> list[float]:
    x, y, w, b, losses = np.array([1, 2, 3], dtype), np.array([200, 400, 600], dtype), dtype(0), dtype(0), []
    for _ in range(201):
        r = w * x + b - y
        losses.append(float(dtype(of_loss) * np.mean(r * r)))
        w, b = w - dtype(rate * factor) * np.mean(r * x), b - dtype(rate * factor) * np.mean(r)
    return losses


def found(course: Course, losses: list[float], text: Callable[[float], str] = repr) -> ExerciseFinding:
    return examine("hist.csv", History(tuple(map(text, map(float, losses))), 1), load("hours-ability"), course)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("text", [repr, "{:.4f}".format])
def test_a_right_history_of_the_courses_own_loss_has_its_points(
    course: Course, dtype: type, text: Callable[[float], str]
) -> None:
    finding = found(course, run(dtype=dtype), text)
    assert (finding.verdict, finding.points, finding.of) == ("right", 5.0, 5.0)


def test_the_lessons_own_loss_is_wrong_there_and_told_by_its_factor(course: Course) -> None:
    finding = found(course, run(factor=2.0, of_loss=1.0))
    assert (finding.verdict, finding.points, finding.first_wrong_epoch) == ("wrong", 0.0, 0)
    assert found(course, run(of_loss=3.5)).mistakes == ("losses-scaled",)
    assert found(course, run(of_loss=3.5)).parameter == 7.0


def frozen() -> list[float]:
    x, y, w, losses = np.array([1, 2, 3.0]), np.array([200, 400, 600.0]), 0.0, []
    for _ in range(201):
        losses.append(float(np.mean((w * x - y) ** 2) / 2))
        w -= 0.01 * float(np.mean((w * x - y) * x))
    return losses


@pytest.mark.parametrize(
    ("losses", "name", "first"),
    [
        (run(factor=-1.0), "turned(w * x + b - y)", 1),
        (run(of_loss=1.0), "doubled(losses)", 0),
        (frozen(), "missing-term(lr * db)", 1),
        (run()[:200], "step-too-few(range(epochs + 1))", None),
    ],
)
@pytest.mark.parametrize("text", [repr, "{:.4f}".format])
def test_a_slip_in_the_courses_formulas_is_named_and_told_in_both_languages(
    course: Course, losses: list[float], name: str, first: int | None, text: Callable[[float], str]
) -> None:
    finding = found(course, losses, text)
    assert (finding.verdict, finding.first_wrong_epoch) == ("wrong", first)
    assert (finding.mistakes, finding.also, set(finding.words), finding.fault) == ((name,), (), {name}, None)
    for language in ("en", "ko"):
        parts = explained(finding, Messages("check", language), lambda line: Place(None, line))
        assert {"mistake", "see", "try"} <= {part.kind for part in parts}


def test_another_rate_the_other_order_and_nothing_known(course: Course) -> None:
    rate = found(course, run(rate=0.0125))
    assert (rate.mistakes, rate.rate, rate.fault) == (("other-learning-rate",), 0.0125, "update")
    assert found(course, run()[::-1]).mistakes == ("losses-reversed",)
    odd = found(course, [loss * (1 + (epoch == 7)) for epoch, loss in enumerate(run())])
    assert (odd.verdict, odd.first_wrong_epoch, odd.mistakes) == ("wrong", 7, ())
    assert found(course, run()[:100]).reason == "count"
    assert found(course, [1.0] * 201).mistakes == ()


def test_a_function_that_has_no_losses_or_asks_for_more_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hours-ability: the history's function slopes gives no list"):
        found(written(tmp_path, "slopes"), run())
    with pytest.raises(InputError, match="count asks for depth"):
        found(written(tmp_path, "count"), run())
    with pytest.raises(InputError, match=r"week\.toml: history\.function"):
        written(tmp_path, "nothing")
