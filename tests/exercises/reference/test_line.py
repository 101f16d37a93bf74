"""The bundled course's reference: its truths are those of arithmetic that derives nothing from it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import course
from compare.exercises.formulas.arrays import Array
from compare.exercises.judging import CREEPING
from compare.exercises.reference import prepared
from compare.exercises.table import programs
from compare.exercises.table.comparison import exactly
from compare.exercises.trials import inputs
from compare.truth import exact
from tests.answers import EXERCISES, tried

FORMULAS = course.read().formulas
UNIT, TINY = 2.0**-24, 2.0**-130  # what rounding to float32 may do to a value, and to the smallest


def losses(trial):
    problem = exact.Problem(trial["x"], trial["y"])
    step = exact.step_matrix(problem.gradient_rows, trial, (True, True), first=False)  # from buffers of 0
    states = exact.trajectory([step] * trial["epochs"], exact.ratio((trial["w"], trial["b"], 0, 0, 1)))
    return [[exact.nearest(*problem.loss(state)) for state in states]]


TRUTHS = {
    "predict": lambda trial: [exact.predictions(trial["x"], trial["w"], trial["b"]).floats()],
    "mse": lambda trial: [exact.loss(trial["yp"], trial["y"], 1, 0)],
    "dmse_dyp": lambda trial: [exact.dmse_dyp(trial["yp"], trial["y"]).floats()],
    "gradients": lambda trial: exact.gradients(trial["x"], trial["y"], trial["w"], trial["b"]),
    "train": losses,
    "train_momentum": losses,
}


def numbers(outputs):
    return [list(map(float, each)) if isinstance(each, (list, tuple)) else [float(each)] for each in outputs]


@pytest.mark.parametrize("name", TRUTHS)
def test_its_truths_are_those_of_exact_arithmetic_to_the_last_bit(name):
    for one in tried(name):
        assert numbers(TRUTHS[name](one.trial)) == [list(each.values) for each in one.truth]


@pytest.mark.parametrize("name", EXERCISES)
def test_the_right_program_of_the_table_of_mistakes_gives_the_same(name):
    for one in tried(name):
        found = programs.results(name, programs.Program(), exactly(one.trial))
        assert numbers(found) == [list(each.values) for each in one.truth]


def test_a_central_difference_of_the_loss_is_its_gradient():
    for one in tried("gradients"):
        x, y, w, b = exactly(one.trial).values()

        def loss(w, b, x=x, y=y):
            return sum((w * xi + b - yi) ** 2 for xi, yi in zip(x, y, strict=True)) / len(x)

        dw, db = (loss(w + 1, b) - loss(w - 1, b)) / 2, (loss(w, b + 1) - loss(w, b - 1)) / 2
        assert [float(dw), float(db)] == [each.values[0] for each in one.truth]


@pytest.mark.parametrize("name", EXERCISES)
def test_float32_holds_every_input_but_where_a_run_creeps(name):
    found = [value for one in tried(name) if one.kind != CREEPING for value in one.trial.values()]
    assert all(np.array_equal(np.float32(value), value) for value in found)


@pytest.mark.parametrize("name", ["train", "train_momentum"])
def test_runs_settle_grow_as_far_as_float32_creep_and_start_at_the_minimum(name):
    runs = [one.truth[0].values for one in tried(name)]
    assert max(run[-1] for run in runs) > 2.0**107
    assert max(run[-1] for run in runs) < 2.0**127
    assert any(len(run) > 10 and not any(run) for run in runs)
    assert any(0 < 1 - run[1] / run[0] < 1e-9 for run in runs if len(run) > 10 and run[0])
    assert any(run[-1] < run[0] / 2 for run in runs)


@given(st.lists(st.tuples(st.integers(-80, 80), st.integers(-80, 80)), min_size=1, max_size=9), st.integers(-32, 32))
def test_the_allowance_is_never_left_by_float32_and_small_beside_the_magnitudes(rows, whole):
    x, y, w, b = [p / 8 for p, _ in rows], [q / 8 for _, q in rows], whole / 8, -whole / 16
    reference = prepared.parsed(FORMULAS)
    trial = {"x": Array((len(x),), x), "y": Array((len(y),), y), "w": w, "b": b}
    dw, db = inputs.tried(reference, reference.functions["gradients"], trial).truth
    x32, r = np.float32(x), np.float32(w) * np.float32(x) + np.float32(b) - np.float32(y)
    for got, known, feature in ((2 * (r * x32).mean(), dw, x), (2 * r.mean(), db, [1.0] * len(x))):
        sizes = (abs(f) * (abs(w * xi) + abs(b) + abs(yi)) for f, xi, yi in zip(feature, x, y, strict=True))
        assert abs(Fraction(float(got)) - Fraction(known.values[0])) <= known.allowed[0]
        assert known.allowed[0] <= 4 * (3 * len(x) + 17) * UNIT * 2 / len(x) * sum(sizes) + TINY
