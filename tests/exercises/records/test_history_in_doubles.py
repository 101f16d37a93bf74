"""Losses whose digits show that they were computed in float64 are held to it; those of float32 are not."""

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises.records.history import IN_DOUBLES, _in_float32, diagnose_history
from compare.lessons import Lesson, load
from tests.exercises.records.test_history import LESSONS, run, said


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize(("place", "by"), [(100, 1.017), (200, 1.0001), (5, 1 + 1e-9)])
def test_one_loss_that_only_float32_would_excuse_is_wrong_among_those_of_float64(
    name: str, place: int, by: float
) -> None:
    losses = run(name, np.float64)
    losses[place] *= by
    finding = diagnose_history([repr(float(loss)) for loss in losses], load(name), 1)
    assert (finding.verdict, finding.first_wrong_epoch, finding.mistakes) == ("wrong", place, ())
    assert finding.allowance is not None
    assert finding.off is not None
    assert finding.allowance < 2.0**-29 * finding.off + finding.off
    if abs(losses[place] * (1 - 1 / by)) < 1e-3:
        assert finding.notes == (IN_DOUBLES,)
        assert "were computed in float64" in said(finding)
        assert "float64로 계산" in said(finding, "ko")


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("form", [repr, "{:.4f}".format, "{:.8g}".format])
def test_right_losses_of_either_format_are_right(name: str, dtype: type, form: object) -> None:
    losses = [float(loss) for loss in run(name, dtype)]
    assert diagnose_history([form(loss) for loss in losses], load(name), 1).verdict == "right"  # type: ignore[operator]


@pytest.mark.parametrize(("place", "by"), [(0, 1e-7), (100, -1e-7), (200, 1e-7)])
def test_losses_of_float32_and_rounded_ones_keep_its_room(place: int, by: float) -> None:
    losses = [float(loss) for loss in run("hours-ability", np.float32)]
    losses[place] *= 1 + by
    assert diagnose_history([repr(loss) for loss in losses], load("hours-ability"), 1).verdict == "right"
    single = [repr(float(np.float32(loss))) for loss in run("hours-ability", np.float64)]
    assert diagnose_history(single, load("hours-ability"), 1).verdict == "right"


def test_a_loop_in_float64_with_parameters_of_float32_keeps_its_room() -> None:
    """Where the losses alone are of float64, the parameters' rounding shows in them."""
    x, y, w, b, losses = np.array([1.0, 2, 3]), np.array([200.0, 400, 600]), np.float32(0), np.float32(0), []
    for _ in range(201):
        r = np.float64(w) * x + np.float64(b) - y
        losses.append(repr(float(np.mean(r * r))))
        w, b = np.float32(w - 0.01 * 2 * np.mean(r * x)), np.float32(b - 0.01 * 2 * np.mean(r))
    assert diagnose_history(losses, load("hours-ability"), 1).verdict == "right"


SINGLE, DOUBLE = np.float32, np.float64


def _mixed(rng: Random) -> tuple[Lesson, list[str]]:
    """A lesson of few bits, where much is exact in float32, and the losses of a right program: its state, its losses,
    its data and its rate each in either format, and its loss in one of three forms."""
    k, q, epochs = rng.choice([1, 2, 3, 4, 8]), rng.choice([1, 2, 8, 10, 64]), rng.choice([3, 10, 40])
    x, y = (tuple(Fraction(rng.randint(-most, most), q) for _ in range(k)) for most in (16, 64))
    start = [Fraction(rng.randint(-8, 8), rng.choice([1, 2, 4, 3])) for _ in "wb"]
    lr = rng.choice([Fraction(1, n) for n in (4, 8, 64, 100, 1024)])
    momentum = rng.choice([Fraction(0), Fraction(1, 2), Fraction(9, 10)])
    options = {"lr": lr, "momentum": momentum}
    lesson = replace(load("hours-ability"), x=x, y=y, w=start[0], b=start[1], optimizer=options, epochs=epochs)
    of_state, of_loss, of_data, of_rate = (rng.choice([SINGLE, DOUBLE]) for _ in range(4))
    xs, ys = (np.array([float(v) for v in column]).astype(of_data).astype(of_state) for column in (x, y))
    w, b, vw, vb, losses, form = *(of_state(float(v)) for v in start), of_state(0), of_state(0), [], rng.randrange(3)
    for _ in range(epochs + 1):
        losses.append(repr(float(_loss(form, *(each.astype(of_loss) for each in (xs, ys, w, b))))))
        r = w * xs + b - ys
        vw = of_state(float(momentum)) * vw + of_state(2) * np.mean(r * xs)
        vb = of_state(float(momentum)) * vb + of_state(2) * np.mean(r)
        w, b = (of_state(p - of_state(of_rate(float(lr))) * v) for p, v in ((w, vw), (b, vb)))
    return lesson, losses


def _loss(form: int, x: Any, y: Any, w: Any, b: Any) -> Any:
    r = w * x + b - y
    if form < 2:
        return np.mean(r * r) if form else (r @ r) / len(y)
    crossed = w * np.mean(x * y) + b * np.mean(y) - w * b * np.mean(x)
    return w * w * np.mean(x * x) + b * b + np.mean(y * y) - 2 * crossed


@pytest.mark.parametrize("seed", range(120))
def test_a_right_program_is_right_in_any_mix_of_formats(seed: int) -> None:
    with np.errstate(all="ignore"):
        lesson, losses = _mixed(Random(seed))
    assert diagnose_history(losses, lesson, 1).verdict == "right"


@given(st.floats(-3e38, 3e38))
def test_a_number_of_float32_is_the_nearest(value: float) -> None:
    assert _in_float32(value) == float(np.float32(value))
    assert _in_float32(1e300) == np.inf
