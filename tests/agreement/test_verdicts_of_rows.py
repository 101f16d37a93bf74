"""The rows of a lesson's table: each quantity of epoch 0 and of the end, by every side, beside the truth."""

import warnings
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from compare.agreement.case import LessonCase, SideRun
from compare.agreement.records import DIFFERS, IDENTICAL, UNCHECKED, WITHIN_ROUNDING
from compare.agreement.verdicts import prediction_bounds, rows
from compare.lessons import Lesson
from compare.truth.rounding import Evaluation, Precision
from manual.training import Run

QUANTITIES = ["yp", "r", "loss", "dw", "db", "w_next", "b_next", "w_final", "b_final"]
RECORDED = {"yp": ("2.0", "3.6"), "loss": "1.62", "dw": "-2.0", "w_final": "2.07"}


def lesson(x, y, w, b, **changed):
    """From fractions, trained with lr = 1/4; a single step unless `epochs` is given."""
    given = {"epochs": None, "steps_before": 0, "recorded": {}, "lr": Fraction(1, 4)} | changed
    return Lesson(
        "given", {"en": "", "ko": ""}, "float32", x, y, w, b, ("w", "b"), {"lr": given["lr"]},
        given["epochs"], 1, given["steps_before"], given["recorded"], "given.toml",
    )  # fmt: skip


def outcome(yp, r, **columns):
    """A side's run from epoch 0 on; `rows` reads no buffers."""
    arrays = [np.array(columns[name], np.float32) for name in ("loss", "dw", "db", "w", "b")]
    return SideRun(Run(*arrays, None, None, None), [], np.array(yp, np.float32), np.array(r, np.float32))


def trained():
    """(w, b) goes (2, 1), then from epoch 0 on (3/2, 1/2), (2, 5/8), (57/32, 5/16), (265/128, 41/128)."""
    return LessonCase(lesson((1, 2), (1, 5), 2, 1, epochs=2, steps_before=1, recorded=RECORDED), "float32")


def exactly():
    """What a side without any rounding makes of it: r = (1, -3/2) gives dw = 1 - 3, db = -1/2, and so on."""
    return outcome(
        [2, 3.5], [1, -1.5], loss=[1.625, 1.390625, 1.230957], dw=[-2, 0.875, -1.15625], db=[-0.5, 1.25, -0.03125],
        w=[1.5, 2, 1.78125, 2.0703125], b=[0.5, 0.625, 0.3125, 0.3203125],
    )  # fmt: skip


EXACT = {
    "yp": [2, Fraction(7, 2)], "r": [1, Fraction(-3, 2)], "loss": Fraction(13, 8), "dw": -2, "db": Fraction(-1, 2),
    "w_next": 2, "b_next": Fraction(5, 8), "w_final": Fraction(265, 128), "b_final": Fraction(41, 128),
}  # fmt: skip


def moved(side, places):
    """The same side, every number so many float32 numbers further up."""

    def up(array):
        for _ in range(places):
            array = np.nextafter(array, np.float32(np.inf))
        return array

    run = Run(*map(up, side.run[:5]), None, None, None)
    return SideRun(run, [], up(side.yp), up(side.r))


def by_quantity(found):
    return {row.quantity: row for row in found}


def test_every_quantity_of_the_shown_epoch_and_of_the_end_stands_beside_its_exact_value():
    found = rows(trained(), {"manual": exactly(), "torch": exactly()})
    assert [row.quantity for row in found] == QUANTITIES
    assert {row.quantity: row.exact for row in found} == EXACT
    for row in found:
        value = [float(v) for v in row.exact] if isinstance(row.exact, list) else float(row.exact)
        assert row.sides == {"manual": value, "torch": value}
        assert (row.ulp, row.verdict) == (0, IDENTICAL)


def test_what_was_printed_is_held_against_each_side_in_the_digits_printed():
    found = by_quantity(rows(trained(), {"manual": exactly(), "torch": moved(exactly(), 2**16)}))
    assert (found["yp"].recorded, found["loss"].recorded, found["b_final"].recorded) == (["2.0", "3.6"], "1.62", None)
    assert found["yp"].matches == {"manual": False, "torch": False}
    assert found["loss"].matches == {"manual": True, "torch": False}
    assert found["dw"].matches == {"manual": True, "torch": True}
    assert found["b_final"].matches == {"manual": None, "torch": None}


def test_the_largest_distance_between_two_sides_is_counted_in_their_own_dtype():
    sides = {"manual": exactly(), "autograd": moved(exactly(), 1), "torch": moved(exactly(), 2)}
    assert {row.ulp: row.verdict for row in rows(trained(), sides)} == {2: WITHIN_ROUNDING}


def test_a_row_is_allowed_what_the_bounds_of_its_epoch_allow():
    """Those of yp and r are derived below."""
    case = trained()
    bounds = case.bounds
    found = {row.quantity: row.bound for row in rows(case, {"manual": exactly()})}
    yp, r = prediction_bounds(case)
    assert found == {
        "yp": yp.max(), "r": r.max(), "loss": bounds.loss[1], "dw": bounds.dw[1, 0], "db": bounds.db[1],
        "w_next": bounds.state[2, 0], "b_next": bounds.state[2, 1],
        "w_final": bounds.state[4, 0], "b_final": bounds.state[4, 1],
    }  # fmt: skip
    assert len(set(found.values())) == len(found)


def test_a_side_beyond_the_bound_differs_in_that_row_alone():
    off = exactly()
    off.run.dw[0] = -2.001
    verdicts = {row.quantity: row.verdict for row in rows(trained(), {"manual": exactly(), "torch": off})}
    assert verdicts == dict.fromkeys(QUANTITIES, IDENTICAL) | {"dw": DIFFERS}


def test_a_side_that_ended_early_has_no_final_values_and_one_that_never_came_so_far_has_none():
    whole = exactly()
    short = whole._replace(run=whole.run._replace(w=whole.run.w[:3], b=whole.run.b[:3]))
    found = by_quantity(rows(trained(), {"manual": short}))
    assert (found["w_next"].sides, found["w_next"].verdict) == ({"manual": 2.0}, IDENTICAL)
    assert (found["w_final"].sides, found["w_final"].verdict) == ({"manual": None}, UNCHECKED)
    never = SideRun(Run(*[np.empty(0)] * 5, None, None, 0), [], None, None)
    found = rows(trained(), {"manual": never})
    assert {row.quantity: row.sides["manual"] for row in found} == dict.fromkeys(QUANTITIES) | {
        "yp": [None, None], "r": [None, None],
    }  # fmt: skip
    assert {row.verdict for row in found} == {UNCHECKED}


def test_what_is_not_finite_has_no_value_in_its_place():
    whole = exactly()
    broken = whole._replace(yp=np.array([np.inf, 3.5], np.float32))
    broken.run.db[0] = np.nan
    found = by_quantity(rows(trained(), {"manual": broken}))
    assert (found["yp"].sides, found["db"].sides) == ({"manual": [None, 3.5]}, {"manual": None})


def test_a_final_value_whose_bound_is_larger_is_not_judged_by_it():
    """From w = b = 1 with x = 1, y = 0 and lr = 1/4, r = 2 becomes 0: w = b = 0 after one step, and stays."""
    case = LessonCase(lesson((1,), (0,), 1, 1, epochs=0), "float32")
    side = outcome([2], [2], loss=[4], dw=[4], db=[4], w=[1, 0], b=[1, 0])
    verdicts = {row.quantity: row.verdict for row in rows(case, {"manual": side})}
    assert verdicts == dict.fromkeys(QUANTITIES, IDENTICAL) | {"w_final": UNCHECKED, "b_final": UNCHECKED}


def features(**changed):
    half = Fraction(1, 2)
    return LessonCase(lesson(((1, 2), (3, 4)), (1, 2), (1, 1), half, lr=Fraction(1, 8), **changed), "float32")


def test_features_have_a_list_of_each_weights_numbers_and_a_single_step_no_final_ones():
    """r = (5/2, 11/2): dw = (1 5/2 + 3 11/2, 2 5/2 + 4 11/2), db = 8; each divided by 8 from (1, 1) and 1/2."""
    side = outcome(
        [3.5, 7.5], [2.5, 5.5], loss=[18.25], dw=[[19, 27]], db=[8], w=[[1, 1], [-1.375, -2.375]], b=[0.5, -0.5]
    )
    found = rows(features(), {"manual": side, "torch": side})
    assert {row.quantity: row.exact for row in found} == {
        "yp": [Fraction(7, 2), Fraction(15, 2)], "r": [Fraction(5, 2), Fraction(11, 2)], "loss": Fraction(73, 4),
        "dw": [19, 27], "db": 8, "w_next": [Fraction(-11, 8), Fraction(-19, 8)], "b_next": Fraction(-1, 2),
    }  # fmt: skip
    for row in found:
        value = [float(v) for v in row.exact] if isinstance(row.exact, list) else float(row.exact)
        assert (row.sides, row.verdict) == ({"manual": value, "torch": value}, IDENTICAL)
    named, bounds = by_quantity(found), features().bounds
    assert named["dw"].bound == bounds.dw[0].max() > bounds.dw[0].min()
    assert named["w_next"].bound == bounds.state[1, :2].max()
    assert named["b_next"].bound == bounds.state[1, 2]


def test_after_one_epoch_the_final_values_of_features_are_the_next_ones():
    side = outcome(
        [3.5, 7.5], [2.5, 5.5], loss=[18.25], dw=[[19, 27]], db=[8], w=[[1, 1], [-1.375, -2.375]], b=[0.5, -0.5]
    )
    found = by_quantity(rows(features(epochs=0), {"manual": side}))
    for name in ("w", "b"):
        final, following = found[f"{name}_final"], found[f"{name}_next"]
        assert final._replace(quantity=following.quantity) == following


def judged_at(errors):
    """A case whose exact state at its second update is w = (2, -3), b = 1, with buffers, held to within `errors`."""
    evaluation = Evaluation(np.array([[1.0, 0.0], [-2.0, 4.0]]), np.array([8.0, -16.0]), Precision("", 1 / 16, 0, 0), 0)
    return SimpleNamespace(
        start=1,
        descent=SimpleNamespace(size=3),
        bounds=SimpleNamespace(state=np.array([[9.0] * 6, [*errors, 9, 9, 9]])),
        propagation=SimpleNamespace(exact=np.array([[9.0] * 6, [2, -3, 1, 9, 9, 9]])),
        evaluation=evaluation,
    )


def test_a_prediction_is_off_by_its_own_roundings_and_by_what_the_steps_before_brought_along():
    """gamma_3 = 3/13 of |x| |w| + |b|, gamma_4 = 1/3 with |y| as well: at the sizes (3, 7/2, 5/4), moved by |x| e."""
    yp, r = prediction_bounds(judged_at((1, 0.5, 0.25)))
    moved = np.array([1 + 0.25, 2 + 2 + 0.25])
    sizes = np.array([3 + 1.25, 6 + 14 + 1.25])
    assert yp == pytest.approx(3 / 13 * sizes + moved, rel=1e-5)
    assert r == pytest.approx((sizes + np.array([8, 16])) / 3 + moved, rel=1e-5)


def test_where_the_state_has_no_bound_the_predictions_have_none_and_nobody_is_warned():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bounds = prediction_bounds(judged_at((np.inf, np.inf, np.inf)))
    assert not np.isfinite(bounds).any()
