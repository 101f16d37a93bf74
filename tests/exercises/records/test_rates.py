"""A history's own learning rate, and the steps made before it, solved from the losses: any, or none."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from compare.exercises.records.history import diagnose_history
from compare.exercises.records.runs import Recorded
from compare.exercises.table import run_allowance
from compare.lessons import load
from tests.exercises.records.test_history import LESSONS, printed, run, said


@pytest.mark.parametrize("rate", [0.012, 1 / 30])
@pytest.mark.parametrize(("every", "name"), [(1, "hours-ability")])
def test_any_rate_is_solved_and_explains_every_loss(name: str, every: int, rate: float) -> None:
    finding = diagnose_history(printed(run(name, np.float64, rate=rate), "{:.4f}".format, every), load(name), every)
    assert (finding.mistakes, finding.fault) == (("other-learning-rate",), "update")
    assert finding.rate == pytest.approx(rate, rel=1e-12)


def test_two_losses_tell_no_rate() -> None:
    losses = printed(run("hours-ability", rate=0.012), every=1)[:2]
    assert diagnose_history(losses, load("hours-ability"), 1).rate is None


def test_a_run_that_diverges_is_told_its_rate_and_the_largest_that_settles() -> None:
    """Hours 1, 2, 3: λ = q + 1 + √((q − 1)² + 4m²) with q = 14/3 and m = 2."""
    finding = diagnose_history(printed(run("hours-ability", np.float64, rate=0.3)), load("hours-ability"), 10)
    limit = 2 / (17 / 3 + np.hypot(11 / 3, 4))
    assert finding.diverges == (0.3, pytest.approx(limit), 0.0)
    assert f"lr = 0.3 exceeds 2/λ = {limit:.6g}" in said(finding)
    assert "2/λ" in said(finding, "ko")
    settled = diagnose_history(printed(run("hours-ability", np.float64, rate=0.012)), load("hours-ability"), 10)
    assert (settled.diverges, "2/λ" in said(settled)) == ((), False)


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("steps", [37])
def test_a_run_that_goes_on_from_an_earlier_one_is_told_after_how_many_updates(name: str, steps: int) -> None:
    finding = diagnose_history(printed(run(name, np.float64, before=steps), "{:.4f}".format), load(name), 10)
    assert (finding.mistakes, finding.parameter, finding.fault) == (("continued-run",), float(steps), "start")
    assert f"{steps} updates had been made already" in said(finding)


def test_a_cell_that_was_run_twice_is_told_by_its_201_updates() -> None:
    finding = diagnose_history(printed(run("hours-ability", before=201), "{:.4f}".format), load("hours-ability"), 10)
    assert (finding.mistakes, finding.parameter) == (("continued-run",), 201.0)


def test_losses_that_stand_still_are_like_those_of_many_runs() -> None:
    losses = printed(run("height-weight-training", before=2000), "{:.3f}".format)
    finding = diagnose_history(losses, load("height-weight-training"), 10)
    assert (finding.verdict, finding.mistakes) == ("wrong", ())


@pytest.mark.parametrize("form", [repr, "{:.4f}".format, "{:.2f}".format])
@pytest.mark.parametrize("start", [(1.0, 1.0), (0.0, 1.0), (0.5, -2.0)])
@pytest.mark.parametrize("name", ["hours-ability", "hours-ability-momentum"])
def test_a_start_that_somebody_would_write_is_solved(
    name: str, start: tuple[float, float], form: Callable[[float], str]
) -> None:
    lesson = load(name)
    record = Recorded((), lesson, 1)
    losses = record.first_losses(record.start._replace(start=start), None, 101)
    finding = diagnose_history([form(loss) for loss in losses], replace(lesson, epochs=100), 1)
    assert (finding.mistakes, finding.start, finding.fault) == (("other-start",), start, "start")
    assert f"From w = {start[0]:g}, b = {start[1]:g} the lesson's loop gives these losses" in said(finding)
    assert "출발" in said(finding, "ko")


def test_of_starts_that_give_the_same_losses_the_simplest_is_told_and_few_losses_tell_none() -> None:
    """Mirrored at the minimum, w = 200 and b = 0, the run is the same with every residual's sign turned."""
    lesson = load("hours-ability")
    record = Recorded((), lesson, 1)
    losses = [repr(loss) for loss in record.first_losses(record.start._replace(start=(399.0, -1.0)), None, 101)]
    short = replace(lesson, epochs=100)
    assert diagnose_history(losses, short, 1).start == (1.0, 1.0)
    assert diagnose_history(losses[:5], replace(lesson, epochs=4), 1).mistakes == ()


def test_losses_of_no_start_are_given_none() -> None:
    lesson = load("hours-ability")
    record = Recorded((), lesson, 1)
    losses = record.first_losses(record.start._replace(start=(1.0, 1.0)), None, 101)
    losses[50] *= 1.01
    assert diagnose_history([repr(loss) for loss in losses], replace(lesson, epochs=100), 1).mistakes == ()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_start_is_not_told_by_an_image_of_it_that_has_fewer_decimals(dtype: type) -> None:
    """Four starts give the same losses. In float32 one of the others comes out to fewer decimals than the true one."""
    x, y, w, b, losses = np.array([1, 2, 3], dtype), np.array([200, 400, 600], dtype), dtype(0.337), dtype(-0.129), []
    for _ in range(201):
        r = w * x + b - y
        losses.append(repr(float(np.mean(r * r))))
        w, b = w - dtype(0.01) * 2 * np.mean(r * x), b - dtype(0.01) * 2 * np.mean(r)
    finding = diagnose_history(losses, load("hours-ability"), 1)
    assert finding.start == ((0.337, -0.129) if dtype is np.float64 else ())
    assert ("on the other side of the minimum" in said(finding)) is (dtype is np.float64)


def test_losses_times_four_may_be_those_of_another_start_too() -> None:
    """Where the least loss is 0, twice the distance from the minimum makes four times the losses."""
    losses = [4 * loss for loss in run("hours-ability", np.float64)]
    finding = diagnose_history([repr(loss) for loss in losses], load("hours-ability"), 1)
    assert (finding.mistakes, finding.also, finding.parameter) == (("losses-scaled",), ("other-start",), 4.0)
    assert (finding.start, finding.fault) == ((-200.0, 0.0), None)


@pytest.mark.parametrize(
    "other",
    [lambda k: 1 + 1e-3 * np.sin(k * k), lambda k: 1 / (1 + k / 100), lambda k: abs(np.sin(k)) + 1e-3, lambda k: k % 7],
)
@pytest.mark.parametrize("name", LESSONS)
def test_no_losses_take_long(name: str, other: Callable[[int], float]) -> None:
    """In work, which does not depend on the machine: how often an allowance is taken further by one step."""
    losses = [repr(float(loss * other(epoch))) for epoch, loss in enumerate(run(name, np.float64))]
    steps = 0

    def counted(*given: object) -> object:
        nonlocal steps
        steps += 1
        return of_loss(*given)

    of_loss, run_allowance._of_loss = run_allowance._of_loss, counted
    try:
        assert diagnose_history(losses, load(name), 1).verdict == "wrong"
    finally:
        run_allowance._of_loss = of_loss
    assert steps < 20_000


def test_another_rate_and_another_momentum_are_told_together() -> None:
    """Each by itself does not give the losses; and what settles depends on both."""
    record = Recorded((), load("hours-ability"), 1).with_options(lr=Fraction(1, 5), momentum=Fraction(1, 2))
    losses = [repr(loss) for loss in record.first_losses(record.start, None, 201)]
    finding = diagnose_history(losses, load("hours-ability"), 1)
    assert (finding.mistakes, finding.rate) == (("other-learning-rate", "other-momentum"), 0.2)
    assert (finding.parameter, finding.diverges, finding.fault) == (0.5, (), "update")
    assert "with lr = 0.2, momentum = 0.5 the loop of the lesson gives these losses" in said(finding)
    assert "lr = 0.2, momentum = 0.5인 예제의 반복문" in said(finding, "ko")
