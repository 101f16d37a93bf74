"""Losses alone: a right history passes to the digits given, a wrong one tells what its loop did."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from compare.errors import InputError
from compare.exercises.findings import ExerciseFinding
from compare.exercises.records.history import diagnose_history
from compare.exercises.sources import Place
from compare.lessons import load
from compare.reports.answer.explained import explained, summary
from compare.reports.language import Messages

LESSONS = ("hours-ability", "hours-ability-momentum", "height-weight-training")
Text = Callable[[float], str]


def run(
    name: str,
    dtype: Any = np.float32,
    before: int = 0,
    frozen: float | None = None,
    factor: float = 2.0,
    rate: float | None = None,
    epochs: int | None = None,
) -> list[float]:
    """The losses of every epoch of the lesson, from a NumPy loop with those changes."""
    lesson = load(name)
    x, y = (np.array([float(value) for value in column], dtype) for column in (lesson.x, lesson.y))
    w, b = dtype(float(lesson.w)), dtype(float(lesson.b) if frozen is None else frozen)
    lr, momentum = (dtype(float(lesson.optimizer.get(key, 0))) for key in ("lr", "momentum"))
    lr = lr if rate is None else dtype(rate)
    vw, vb, losses = dtype(0), dtype(0), []
    for _ in range(before + (epochs or lesson.epochs or 0) + 1):
        r = w * x + b - y
        losses.append(float((r * r).mean()))
        vw, vb = momentum * vw + dtype(factor) * (r * x).mean(), momentum * vb + dtype(factor) * r.mean()
        w, b = w - lr * vw, b if frozen is not None else b - lr * vb
    return losses[before:]


def printed(losses: Sequence[float], text: Text = repr, every: int = 10) -> list[str]:
    return [text(loss) for loss in losses[::every]]


def said(finding: ExerciseFinding, language: str = "en") -> str:
    return "\n".join(
        part.text for part in explained(finding, Messages("check", language), lambda line: Place(None, line))
    )


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("every", [1, 10])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "text", [repr, "{:.4f}".format, "{:.8e}".format, "{:.3g}".format], ids=["repr", "4f", "8e", "3g"]
)
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
    assert finding.fault is None  # a start one step late, or a record one step late


@pytest.mark.parametrize("name", LESSONS)
def test_a_bias_frozen_at_its_start_is_recognized(name: str) -> None:
    finding = diagnose_history(printed(run(name, frozen=float(load(name).b))), load(name))
    assert (finding.mistakes, finding.frozen_at) == (("bias-frozen",), None)
    assert (finding.also, finding.fault) == (("no-bias",), None)  # no update, or no gradient: the losses cannot tell
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
    assert (finding.mistakes, finding.also) == (("missing-factor-two",), ("other-learning-rate",))
    assert (finding.fault, finding.rate) == (None, 0.005)  # half the gradient or half the rate: nobody can tell


@pytest.mark.parametrize("name", LESSONS)
def test_an_unknown_mistake_in_a_history_is_given_no_name(name: str) -> None:
    losses = [loss * (1 + 0.001 * (epoch > 3)) for epoch, loss in enumerate(run(name))]
    finding = diagnose_history(printed(losses), load(name))
    assert (finding.verdict, finding.mistakes) == ("wrong", ())
    assert finding.counterexample is not None


def expanded(name: str, slope: float = 2.0) -> list[float]:
    """The losses of a float32 loop that has multiplied the square out, which costs a small loss all its digits."""
    lesson, single = load(name), np.float32
    x, y = (np.array([float(value) for value in column], single) for column in (lesson.x, lesson.y))
    lr, momentum = (single(float(lesson.optimizer.get(key, 0))) for key in ("lr", "momentum"))
    w, b, vw, vb, losses = single(float(lesson.w)), single(float(lesson.b)), single(0), single(0), []
    for _ in range(201):
        squares = w * w * (x * x).mean() + b * b + (y * y).mean()
        losses.append(float(squares + 2 * (w * b * x.mean() - w * (x * y).mean() - b * y.mean())))
        r = w * x + b - y
        vw, vb = momentum * vw + single(slope) * (r * x).mean(), momentum * vb + single(slope) * r.mean()
        w, b = w - lr * vw, b - lr * vb
    return losses


@pytest.mark.parametrize("text", [repr, "{:.2f}".format, "{:.6f}".format], ids=["repr", "2f", "6f"])
@pytest.mark.parametrize("every", [1, 10])
@pytest.mark.parametrize("name", LESSONS)
def test_an_expanded_loss_is_allowed_in_a_history_what_it_is_in_a_function(name: str, every: int, text: Text) -> None:
    assert diagnose_history(printed(expanded(name), text, every), load(name)).verdict == "right"


def test_what_only_an_expanded_loss_explains_is_said_with_its_epoch() -> None:
    finding = diagnose_history(printed(expanded("hours-ability-momentum")), load("hours-ability-momentum"))
    (note,) = finding.notes
    assert note == "expanded:130"
    assert "at epoch 130 first" in summary(finding, Messages("check", "en"))
    assert not said(finding)


@pytest.mark.parametrize("name", LESSONS)
def test_an_expanded_loss_of_a_wrong_loop_is_wrong(name: str) -> None:
    assert diagnose_history(printed(expanded(name, slope=2.01)), load(name)).verdict == "wrong"


@pytest.mark.parametrize(("cut", "epoch"), [(slice(None, -1), None), (slice(1, None), 0)])
def test_one_loss_too_few_is_counted(cut: slice, epoch: int | None) -> None:
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


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize(
    ("count", "every"), [(1, None), (15, None), (50, None), (1, 1), (15, 1), (101, 1), (20, 10), (22, 10), (5, 40)]
)
def test_the_losses_that_are_there_are_judged_first(name: str, count: int, every: int | None) -> None:
    losses = printed(run(name, epochs=300), every=every or 1)[:count]
    finding = diagnose_history(losses, load(name), every)
    assert (finding.verdict, finding.reason, finding.counterexample) == ("wrong", "count", None)
    assert (finding.mistakes, finding.first_wrong_epoch, finding.fault) == ((), None, None)


def test_both_counts_are_said_with_their_epochs() -> None:
    finding = diagnose_history(printed(run("hours-ability")[:101], every=1), load("hours-ability"), 1)
    words = "101 losses came, epochs 0 to 100; no difference was found in what came. The lesson asks for 201: epochs 0"
    assert words in said(finding)
    korean = said(finding, "ko")
    assert "손실이 101개(에포크 0~100) 있고, 있는 것에서는 차이를 찾지 못했습니다. 이 예제는 에포크 0~200의" in korean


def test_losses_beyond_the_lesson_are_said_to_be_too_many() -> None:
    finding = diagnose_history(printed(run("hours-ability", epochs=500), every=1), load("hours-ability"))
    assert (finding.reason, finding.counterexample, finding.mistakes) == ("count", None, ())
    assert "501 losses came, epochs 0 to 500; the first 201 of them are right." in said(finding)


@pytest.mark.parametrize("every", [1, 3, 7, 20, 40, 100])
def test_the_epochs_that_a_history_gives_are_those_it_is_judged_at(every: int) -> None:
    losses = printed(run("hours-ability"), every=every)
    assert diagnose_history(losses, load("hours-ability"), every).verdict == "right"
    finding = diagnose_history(losses[:2], load("hours-ability"), every)
    assert (finding.reason, finding.counterexample) in [("count", None), (None, None)]


def test_twenty_one_losses_that_are_labelled_0_to_20_are_not_those_of_every_tenth_epoch() -> None:
    losses = printed(run("hours-ability"), every=1)[:21]
    assert "21 losses came, epochs 0 to 20; no difference was found in what came." in said(
        diagnose_history(losses, load("hours-ability"), 1)
    )


@pytest.mark.parametrize(("every", "count"), [(1, 101), (1, 21), (10, 11), (40, 4)])
def test_a_mistake_is_named_in_a_history_that_ends_early(every: int, count: int) -> None:
    losses = printed(run("hours-ability", frozen=0.0), every=every)[:count]
    finding = diagnose_history(losses, load("hours-ability"), every)
    assert (finding.mistakes, finding.first_wrong_epoch) == (("bias-frozen",), every)
    assert f"{count} losses came, epochs 0 to {(count - 1) * every}. The lesson asks for " in said(finding)


@pytest.mark.parametrize("count", [12, 50, 101, 300])
def test_a_mistake_is_named_in_a_short_or_long_history_without_epochs(count: int) -> None:
    losses = printed(run("hours-ability", frozen=0.0, epochs=300), every=1)[:count]
    finding = diagnose_history(losses, load("hours-ability"))
    assert (finding.mistakes, finding.first_wrong_epoch) == (("bias-frozen",), 1)


def test_a_guessed_spacing_is_said_to_be_one() -> None:
    losses = printed(run("hours-ability", factor=2.001))
    assert "every 10th" in said(diagnose_history(losses, load("hours-ability")))
    assert "every 10th" not in said(diagnose_history(losses, load("hours-ability"), 10))


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("rate", [0.001, 0.002, 0.015])
def test_another_learning_rate_is_recognized(name: str, rate: float) -> None:
    finding = diagnose_history(printed(run(name, rate=rate)), load(name))
    assert ("other-learning-rate" in (*finding.mistakes, *finding.also), finding.rate) == (True, rate)
    assert f"lr = {rate}" in said(finding)


@pytest.mark.parametrize(("first", "label"), [(10, 10), (9, 10), (1, 1), (0, 1)])
def test_a_record_may_start_later_and_count_its_epochs_from_1(first: int, label: int) -> None:
    every = 10 if label == 10 else 1
    losses = [repr(loss) for loss in run("hours-ability", epochs=200)[first::every]][: 20 if every == 10 else 200]
    finding = diagnose_history(losses, load("hours-ability"), every, label)
    assert (finding.since, "counted from 1" in said(finding)) == (first, first != label)
    assert finding.counterexample is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", LESSONS)
def test_a_run_uphill_is_named_even_where_it_ends_in_nan(name: str, dtype: Any) -> None:
    with np.errstate(all="ignore"):
        losses = printed(run(name, dtype, factor=-2.0), every=1)
    assert diagnose_history(losses, load(name)).mistakes == ("uphill",)


def test_a_finite_loss_is_not_excused_by_a_truth_beyond_all_floats() -> None:

    lesson = replace(load("hours-ability"), optimizer={"lr": Fraction(5)})
    with np.errstate(all="ignore"):
        losses = run("hours-ability", np.float64, rate=5.0)
    assert diagnose_history(printed(losses, every=1), lesson).verdict == "right"
    assert diagnose_history(printed([*losses[:40], *[5.0] * 161], every=1), lesson).verdict == "wrong"


def test_losses_of_so_few_digits_that_three_mistakes_explain_them_are_given_no_name() -> None:
    finding = diagnose_history(["0e1", "0e1"], load("height-weight-training"), 1)
    assert (finding.verdict, finding.mistakes, finding.also) == ("wrong", (), ())


def test_a_wrong_history_of_a_lesson_with_several_features_is_given_no_name() -> None:

    two = tuple((Fraction(k), Fraction(1)) for k in range(3))
    lesson = replace(load("hours-ability"), x=two, y=(Fraction(1),) * 3, w=(Fraction(0), Fraction(0)), epochs=1)
    finding = diagnose_history(["1.0", "3.0"], lesson, 1)
    assert (finding.verdict, finding.first_wrong_epoch, finding.mistakes) == ("wrong", 1, ())
