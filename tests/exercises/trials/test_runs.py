"""What only a run shows: how its last record moves with a part of a step, and how far it grows."""

from fractions import Fraction

import pytest

from compare.exercises import course
from compare.exercises.formulas import text
from compare.exercises.formulas.arrays import Array
from compare.exercises.judging import SHORT
from compare.exercises.reference import prepared
from compare.exercises.trials import runs
from tests.answers import tried

TRIAL = {"x": Array((1,), [2.0]), "y": Array((1,), [0.0]), "w": 1.0, "b": 0.0, "lr": 0.125, "epochs": 1}
BOTH = {"line": ("train", "train_momentum"), "line-half": ("gradient_descent",)}
EACH = [(name, exercise) for name, exercises in BOTH.items() for exercise in exercises]


def of(name, exercise):
    asked = course.read(course.bundled()[name])
    return prepared.prepared(asked.formulas, exercise, asked.seed)


def test_the_last_loss_moves_by_a_parabola_in_each_part_of_the_step_and_in_all_of_it():
    one = of("line", "train")  # from w = 1, b = 0 the step is -1 and -1/2, and the loss after it is (2(1 - 1) - 1/2)²
    b, w, both = (bend(TRIAL) for bend in runs.bends(one.reference, one.function))
    assert b == pytest.approx((2 * -0.5 * -0.5, 0.25))
    assert w == pytest.approx((2 * -0.5 * -2, 4))
    assert both == pytest.approx((2 * -0.5 * -2.5, 6.25))


def test_each_state_of_a_loop_is_a_part_of_its_step():
    one = of("line", "train_momentum")
    assert len(runs.bends(one.reference, one.function)) == len(["b", "vb", "vw", "w", "all"])


def test_what_has_no_loop_has_no_parts_of_a_step():
    one = of("line", "sgd_step")
    assert runs.bends(one.reference, one.function) == []


@pytest.mark.parametrize(("name", "exercise"), EACH)
def test_a_run_grows_nearly_as_far_as_float32_holds_in_fourteen_steps_at_most(name, exercise):
    one = of(name, exercise)
    largest = max(one.trials, key=lambda each: max(map(abs, each.truth[0].values)))
    assert 2.0**100 < max(map(abs, largest.truth[0].values)) <= runs.WIDEST
    assert len(largest.truth[0].values) <= runs.STEPS + 1


def test_a_run_that_cannot_grow_is_left_out():
    reference = text.parse(
        "own.py",
        b"def f(w: one, k: whole):\n    out = []\n    for i in range(k):\n        out.append(w)"
        b"\n        w = w/2\n    return out\n",
    )
    assert runs.growing(reference, reference.functions["f"], {"w": 1.0, "k": 3}) is None


@pytest.mark.parametrize("exercise", ["sgd_step", "momentum_step"])
def test_an_update_from_zero_is_tried_where_a_factor_on_the_step_is_one_on_the_result(exercise):
    one = of("line", exercise)
    short = [each.trial for each in tried(exercise) if each.kind == SHORT]
    for zeros in ((), one.outputs, *((name,) for name in one.outputs)):
        assert sum({name for name in one.outputs if not trial[name]} == set(zeros) for trial in short) == 2


def test_a_part_of_a_step_is_so_small_that_no_higher_power_counts():
    assert Fraction(1, 2**24) < runs.PART < Fraction(1, 2**16)
