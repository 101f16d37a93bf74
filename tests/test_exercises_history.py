"""Losses alone: a right history passes to the digits given, a wrong one tells what its loop did."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from compare.errors import InputError
from compare.exercises.history import diagnose_history
from compare.lessons import load

LESSONS = ("hours-ability", "hours-ability-momentum", "height-weight-training")
Text = Callable[[float], str]


def run(
    name: str, dtype: Any = np.float32, before: int = 0, frozen: float | None = None, factor: float = 2.0
) -> list[float]:
    """The losses of every epoch of the lesson, from a NumPy loop with those changes."""
    lesson = load(name)
    x, y = (np.array([float(value) for value in column], dtype) for column in (lesson.x, lesson.y))
    w, b = dtype(float(lesson.w)), dtype(float(lesson.b) if frozen is None else frozen)
    lr, momentum = (dtype(float(lesson.optimizer.get(key, 0))) for key in ("lr", "momentum"))
    vw, vb, losses = dtype(0), dtype(0), []
    for _ in range(before + (lesson.epochs or 0) + 1):
        r = w * x + b - y
        losses.append(float((r * r).mean()))
        vw, vb = momentum * vw + dtype(factor) * (r * x).mean(), momentum * vb + dtype(factor) * r.mean()
        w, b = w - lr * vw, b if frozen is not None else b - lr * vb
    return losses[before:]


def printed(losses: Sequence[float], text: Text = repr, every: int = 10) -> list[str]:
    return [text(loss) for loss in losses[::every]]


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("every", [1, 10])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("text", [repr, "{:.4f}".format, "{:.8e}".format, "{:.3g}".format], ids=["repr", "4f", "8e", "3g"])
def test_a_right_history_passes_to_the_digits_given(name: str, every: int, dtype: Any, text: Text) -> None:
    assert diagnose_history(printed(run(name, dtype), text, every), load(name)).verdict == "right"


def test_the_notebooks_record_is_right_for_what_really_ran() -> None:
    lesson = load("hours-ability-recorded")
    assert diagnose_history(lesson.recorded["losses"], lesson).verdict == "right"


def test_both_traps_of_the_notebook_are_recognized_from_its_record_alone() -> None:
    record = load("hours-ability-recorded").recorded["losses"]
    finding = diagnose_history(record, load("hours-ability"))
    assert finding.mistakes == ("bias-frozen", "extra-step-before")
    assert finding.also == ("bias-frozen", "loss-after-update")
    assert finding.frozen_at == 0.998
    assert finding.first_wrong_epoch == 0


@pytest.mark.parametrize("name", LESSONS)
def test_a_step_before_the_record_is_recognized(name: str) -> None:
    finding = diagnose_history(printed(run(name, before=1)), load(name))
    assert (finding.mistakes, finding.also) == (("extra-step-before",), ("loss-after-update",))
    assert finding.fault == "bookkeeping"


@pytest.mark.parametrize("name", LESSONS)
def test_a_bias_frozen_at_its_start_is_recognized(name: str) -> None:
    finding = diagnose_history(printed(run(name, frozen=float(load(name).b))), load(name))
    assert (finding.mistakes, finding.frozen_at, finding.fault) == (("bias-frozen",), None, "update")
    assert finding.first_wrong_epoch == 10


@pytest.mark.parametrize("bias", [0.25, -2.0, 17.5])
def test_where_a_bias_was_frozen_is_solved_from_the_losses(bias: float) -> None:
    finding = diagnose_history(printed(run("hours-ability", frozen=bias)), load("hours-ability"))
    assert finding.mistakes == ("bias-frozen",)
    assert finding.frozen_at == pytest.approx(bias, rel=1e-5)


def test_a_bias_that_the_losses_cannot_tell_from_its_mirror_image_is_not_guessed() -> None:
    finding = diagnose_history(printed(run("height-weight-training", frozen=0.5)), load("height-weight-training"))
    assert (finding.mistakes, finding.frozen_at) == (("bias-frozen",), None)


@pytest.mark.parametrize("name", LESSONS)
def test_a_missing_factor_two_is_named_from_losses_alone(name: str) -> None:
    finding = diagnose_history(printed(run(name, factor=1.0), "{:.6e}".format), load(name))
    assert (finding.mistakes, finding.fault) == (("missing-factor-two",), "gradient")


@pytest.mark.parametrize("name", LESSONS)
def test_an_unknown_mistake_in_a_history_is_given_no_name(name: str) -> None:
    finding = diagnose_history(printed(run(name, factor=2.001)), load(name))
    assert (finding.verdict, finding.mistakes) == ("wrong", ())
    assert finding.counterexample is not None
    assert finding.counterexample.inputs == {"epoch": 10.0}


@pytest.mark.parametrize(("cut", "epoch"), [(slice(None, -1), 200), (slice(1, None), 0)])
def test_one_loss_too_few_is_counted(cut: slice, epoch: int) -> None:
    losses = run("hours-ability")[cut]
    finding = diagnose_history(printed(losses, every=1), load("hours-ability"))
    assert (finding.reason, finding.first_wrong_epoch) == ("count", epoch)
    assert "epoch-off-by-one" in finding.mistakes


def test_losses_that_are_not_finite_never_pass() -> None:
    finding = diagnose_history(["nan"] * 21, load("hours-ability"))
    assert (finding.verdict, finding.reason, finding.mistakes) == ("wrong", "not-finite", ())


def test_a_lesson_without_epochs_has_no_history() -> None:
    with pytest.raises(InputError, match="single step"):
        diagnose_history(["1.0"], load("height-weight"))
