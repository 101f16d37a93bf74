"""A history's own learning rate, and the steps made before it, solved from the losses: any, or none."""

import numpy as np
import pytest

from compare.exercises.history import diagnose_history
from compare.lessons import load
from tests.exercises.test_history import LESSONS, printed, run, said


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
