"""The recorded epochs of a run that halves w at every update: its losses are powers of a quarter, exactly."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction as F
from math import inf, nan

import numpy as np
import pytest

from compare.agreement.case import LessonCase, SideRun
from compare.agreement.records import (
    AGREE,
    DIFFER,
    DIFFERS,
    IDENTICAL,
    UNCHECKED,
    WITHIN_ROUNDING,
    Epoch,
    Quantity,
)
from compare.agreement.stepwise import StepFault
from compare.agreement.verdicts import curves, diverged_at, lesson_verdict, trajectory
from compare.lessons import Lesson
from manual.training import Run

HALVING = Lesson(
    "halving", {"en": "Halving", "ko": "반감"}, "float32", (F(1),), (F(0),), F(1), F(0), ("w",), {"lr": F(1, 4)},
    4, 2, 1, {}, "halving.toml",
)  # fmt: skip


def outcome(loss: Sequence[float], faults: Sequence[StepFault] = (), diverged: int | None = None) -> SideRun:
    """A side's run with those losses from epoch 0 on, and with them w = 5, 4, 3 … and b = 0."""
    count = len(loss)
    zeros, falling = np.zeros(count + 1), 5.0 - np.arange(count + 1)
    return SideRun(
        Run(np.array(loss), zeros[1:], zeros[1:], falling, zeros, zeros, zeros, diverged), list(faults), None, None
    )


def fault(update: int, quantity: str = "loss") -> StepFault:
    return StepFault(update, quantity, 1.0, 0.0, 0.5)


EXACT = [4.0**-update for update in range(1, 6)]  # epoch 0 is update 1
NEXT = np.nextafter(np.float32(EXACT[2]), np.float32(1)).item()


def test_a_lesson_of_one_step_has_no_trajectory():
    assert trajectory(LessonCase(replace(HALVING, epochs=None), "float32"), {"manual": outcome(EXACT)}) == []


def test_each_recorded_epoch_is_told_by_every_side():
    case = LessonCase(replace(HALVING, recorded={"losses": ("0.25", "0.016", "0.0010")}), "float32")
    sides = {"manual": outcome(EXACT), "torch": outcome([*EXACT[:2], NEXT, *EXACT[3:]])}
    bounds = case.bounds.loss.tolist()
    both = {"manual": True, "torch": True}
    assert trajectory(case, sides) == [
        Epoch(0, 0.25, dict.fromkeys(sides, 0.25), "0.25", both, 0, bounds[1], IDENTICAL, None),
        Epoch(2, 4.0**-3, {"manual": 4.0**-3, "torch": NEXT}, "0.016", both, 1, bounds[3], WITHIN_ROUNDING, None),
        Epoch(4, 4.0**-5, dict.fromkeys(sides, 4.0**-5), "0.0010", both, 0, bounds[5], IDENTICAL, None),
    ]


def test_a_side_outside_its_bound_differs_and_may_miss_the_record():
    case = LessonCase(replace(HALVING, recorded={"losses": ("0.25", "0.016", "0.0010")}), "float32")
    wrong = [0.25 + 2.5 * case.bounds.loss[1].item(), *EXACT[1:]]
    first, *others = trajectory(case, {"manual": outcome(EXACT), "torch": outcome([0.26, *EXACT[1:]])})
    assert (first.verdict, first.matches, first.fault) == (DIFFERS, {"manual": True, "torch": False}, None)
    assert {epoch.verdict for epoch in others} == {IDENTICAL}
    assert trajectory(case, {"manual": outcome(wrong)})[0].verdict == DIFFERS


def test_without_a_record_nothing_matches_or_misses():
    for case in (
        LessonCase(HALVING, "float32"),
        LessonCase(replace(HALVING, recorded={"losses": ("9",) * 3}), "float64"),
    ):
        found = trajectory(case, {"manual": outcome(EXACT)})
        assert [(epoch.recorded, epoch.matches) for epoch in found] == [(None, {"manual": None})] * 3


def test_digits_below_the_dtypes_do_not_tell_sides_apart():
    sides = {"manual": outcome(EXACT), "torch": outcome([0.25 + 2.0**-40, *EXACT[1:]])}
    first = trajectory(LessonCase(HALVING, "float32"), sides)[0]
    assert (first.ulp, first.verdict) == (0, IDENTICAL)
    first = trajectory(LessonCase(HALVING, "float64"), sides)[0]
    assert (first.ulp, first.verdict) == (2**14, DIFFERS)


def test_where_a_run_has_ended_or_left_the_numbers_there_is_no_loss():
    case = LessonCase(HALVING, "float32")
    for losses in (EXACT[:2], EXACT[:1], [0.25, 0.0, inf], [0.25, 0.0, nan]):
        found = trajectory(case, {"manual": outcome(losses)})
        assert [epoch.sides["manual"] for epoch in found] == [0.25, None, None]
        assert [epoch.verdict for epoch in found] == [IDENTICAL, UNCHECKED, UNCHECKED]


@pytest.mark.parametrize(
    ("every", "updates", "named"),
    [
        (1, [0], [0, None, None, None, None]),  # hidden, before epoch 0
        (1, [1], [1, None, None, None, None]),
        (1, [2, 4], [None, 2, None, 4, None]),
        (2, [0], [0, None, None]),
        (2, [1, 2], [1, 2, None]),
        (2, [2, 3], [None, 2, None]),
        (2, [3], [None, 3, None]),
        (2, [4], [None, None, 4]),
        (2, [5], [None, None, 5]),
        (3, [2], [None, 2]),
        (3, [4], [None, 4]),
        (3, [5], [None, 5]),  # after the last record
        (5, [5], [5]),
    ],
)
def test_a_fault_is_named_at_the_next_record_and_after_the_last_at_the_last(every, updates, named):
    case = LessonCase(replace(HALVING, record_every=every), "float32")
    side = outcome(EXACT, [fault(update, "dw") for update in updates])
    found = trajectory(case, {"manual": outcome(EXACT), "torch": side})
    assert [epoch.fault for epoch in found] == [
        None if update is None else f"torch: dw at epoch {update - 1}" for update in named
    ]
    assert [epoch.verdict for epoch in found] == [IDENTICAL if update is None else DIFFERS for update in named]


def row(verdict: str, **matches: bool | None) -> Quantity:
    return Quantity("loss", F(1), {}, None, {"manual": None} | matches, 0, 0.5, verdict)


def epoch(verdict: str, **matches: bool | None) -> Epoch:
    return Epoch(0, 1.0, {}, None, {"manual": None} | matches, 0, 0.5, verdict, None)


@pytest.mark.parametrize(
    ("rows", "epochs", "faults", "said"),
    [
        ([row(IDENTICAL)], [epoch(WITHIN_ROUNDING)], [], AGREE),
        ([row(IDENTICAL), row(DIFFERS)], [], [], DIFFER),
        ([row(IDENTICAL)], [epoch(IDENTICAL), epoch(DIFFERS)], [], DIFFER),
        ([row(IDENTICAL)], [], [fault(3)], DIFFER),
        ([row(IDENTICAL, manual=True, torch=False)], [], [], AGREE),
        ([row(IDENTICAL, manual=False, torch=True)], [], [], DIFFER),
        ([row(IDENTICAL, manual=True)], [epoch(IDENTICAL, manual=False)], [], DIFFER),
        ([row(DIFFERS, manual=False)], [], [fault(3)], DIFFER),
        ([row(UNCHECKED)], [epoch(UNCHECKED)], [], UNCHECKED),
        ([row(UNCHECKED), row(IDENTICAL)], [epoch(UNCHECKED)], [], AGREE),
        ([row(UNCHECKED)], [epoch(WITHIN_ROUNDING)], [], AGREE),
        ([row(UNCHECKED)], [], [fault(3)], DIFFER),
        ([row(UNCHECKED, manual=False)], [], [], DIFFER),
    ],
)  # fmt: skip
def test_a_lesson_agrees_if_no_value_no_step_and_no_record_by_hand_is_off(rows, epochs, faults, said):
    assert lesson_verdict(rows, epochs, {"manual": outcome(EXACT), "torch": outcome(EXACT, faults)}) == said


@pytest.mark.parametrize(("epochs", "first"), [([None, None], None), ([3, None], 3), ([None, 0], 0), ([3, 2], 2)])
def test_the_first_side_to_leave_the_numbers_says_when(epochs, first):
    assert diverged_at({str(at): outcome(EXACT, diverged=at) for at in epochs}) == first


def test_the_curves_count_the_losses_distance_from_the_truth_in_steps_of_the_dtype():
    off = [0.25 + 3 * 2.0**-25, 4.0**-2 - 2.0**-27, *EXACT[2:]]
    sides = {"manual": outcome(off), "torch": outcome(EXACT[:2])}
    assert curves(LessonCase(HALVING, "float32"), sides) == {
        "manual": {"loss": off, "w": [5, 4, 3, 2, 1], "b": [0.0] * 5, "ulp": [3.0, 1.0, 0.0, 0.0, 0.0]},
        "torch": {"loss": EXACT[:2], "w": [5, 4], "b": [0, 0], "ulp": [0, 0]},
    }
    assert curves(LessonCase(HALVING, "float64"), sides)["manual"]["ulp"] == [3 * 2.0**29, 2.0**29, 0, 0, 0]


def test_the_curves_of_several_weights_are_lists_with_none_for_what_is_no_number():
    two = replace(HALVING, x=((F(1), F(0)),), w=(F(1), F(0)))
    side = outcome([inf, nan])
    weights = np.array([[1.0, nan], [2.0, inf], [3.0, 4.0]])
    side = side._replace(run=side.run._replace(w=weights, b=np.array([-inf, 7.0, 8.0])))
    assert curves(LessonCase(two, "float32"), {"torch": side}) == {
        "torch": {"loss": [None, None], "w": [[1.0, None], [2.0, None]], "b": [None, 7.0], "ulp": [None, None]}
    }


def test_a_truth_beyond_the_dtype_has_no_steps_to_count_in_and_nothing_is_raised():
    steep = LessonCase(replace(HALVING, w=F(10) ** 30), "float32")
    with np.errstate(all="raise"):
        assert curves(steep, {"manual": outcome([1.0])})["manual"]["ulp"] == [None]
