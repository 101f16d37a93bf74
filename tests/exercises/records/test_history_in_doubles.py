"""Losses whose digits show that they were computed in float64 are held to it; those of float32 are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises.records.history import IN_DOUBLES, _in_float32, diagnose_history
from compare.lessons import load
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


@given(st.floats(-3e38, 3e38))
def test_a_number_of_float32_is_the_nearest(value: float) -> None:
    assert _in_float32(value) == float(np.float32(value))
    assert _in_float32(1e300) == np.inf
