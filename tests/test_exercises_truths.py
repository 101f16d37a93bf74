"""The truth of the judge: exact, the same every time, with an allowance that rounding never leaves and mistakes do."""

from array import array
from fractions import Fraction
from math import inf, nan, nextafter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import programs
from compare.exercises.allowance import U32
from compare.exercises.programs import Program
from compare.exercises.tasks import ARRAYS, TASKS
from compare.exercises.trials import trials
from compare.exercises.truths import all_within, bounds, exactly, truth, truths
from compare.sandbox.calls import Results

SEED = 20240229


@pytest.mark.parametrize("task", TASKS)
def test_the_right_program_of_the_table_is_the_truth(task: str) -> None:
    for trial, expected in zip(trials(task, SEED), truths(task, SEED), strict=True):
        values = programs.results(task, Program(), exactly(trial))
        flat = [list(map(float, out)) if isinstance(out, list) else [float(out)] for out in values]
        assert flat == [output.values for output in expected]


@pytest.mark.parametrize("task", TASKS)
def test_trials_are_the_same_from_the_same_seed_and_others_from_another(task: str) -> None:
    trials.cache_clear()
    first = trials(task, 1)
    trials.cache_clear()
    assert trials(task, 1) == first
    assert trials(task, 2) != first


@pytest.mark.parametrize("task", TASKS)
def test_about_forty_inputs_or_nine_runs_of_which_some_are_repeated(task: str) -> None:
    found = trials(task, SEED)
    assert len(found) >= (9 if "epochs" in TASKS[task].parameters else 40)
    assert len({str(trial) for trial in found}) < len(found)
    assert all(trial.get("epochs", 0) <= 9 for trial in found)


@pytest.mark.parametrize("task", [task for task in TASKS if ARRAYS.intersection(TASKS[task].parameters)])
def test_inputs_come_in_many_sizes_with_single_samples_last(task: str) -> None:
    sizes = [len(next(value for value in trial.values() if isinstance(value, tuple))) for trial in trials(task, SEED)]
    assert {1, 2, 3, 4, 5, 16} <= set(sizes)
    assert 1 not in sizes[: sizes.index(1)]


@pytest.mark.parametrize("task", TASKS)
def test_float32_holds_every_input(task: str) -> None:
    numbers = [v for trial in trials(task, SEED) for entry in trial.values() for v in np.atleast_1d(entry)]
    assert all(float(np.float32(number)) == number for number in numbers)


@pytest.mark.parametrize("task", TASKS)
def test_the_quick_bounds_hold_no_number_that_the_allowance_does_not(task: str) -> None:
    known, every = bounds(task, SEED), [output for truth in truths(task, SEED) for output in truth]
    numbers = [pair for output in every for pair in zip(output.values, output.allowed, strict=True)]
    for ends in (known.lowest, known.highest):
        assert all(abs(end - value) <= allowed for end, (value, allowed) in zip(ends, numbers, strict=True))


@pytest.mark.parametrize("task", TASKS)
def test_one_number_beyond_its_bound_or_none_is_seen(task: str) -> None:
    known = bounds(task, SEED)
    assert all_within(Results(known.layout, known.lowest), known)
    for at, wrong in ((0, nan), (-1, inf), (len(known.highest) // 2, nextafter(known.highest[-1], inf))):
        values = array("d", known.highest)
        values[at] = max(wrong, nextafter(values[at], inf)) if wrong == wrong else wrong
        assert not all_within(Results(known.layout, values), known)
    assert not all_within(Results(known.layout[:-1], known.lowest), known)


@given(st.lists(st.tuples(st.integers(-80, 80), st.integers(-80, 80)), min_size=1, max_size=9), st.integers(-32, 32))
def test_the_allowance_is_never_left_by_float32_and_small_beside_the_magnitudes(
    rows: list[tuple[int, int]], whole: int
) -> None:
    x, y, w, b = tuple(p / 8 for p, _ in rows), tuple(q / 8 for _, q in rows), whole / 8, -whole / 16
    dw, db = truth("gradients", {"x": x, "y": y, "w": w, "b": b})
    x32, r = np.float32(x), np.float32(w) * np.float32(x) + np.float32(b) - np.float32(y)
    for got, expected, feature in ((2 * (r * x32).mean(), dw, x), (2 * r.mean(), db, [1.0] * len(x))):
        size = (
            2 / len(x) * sum(abs(f) * (abs(w * xi) + abs(b) + abs(yi)) for f, xi, yi in zip(feature, x, y, strict=True))
        )
        assert abs(Fraction(float(got)) - Fraction(expected.values[0])) <= expected.allowed[0]
        assert expected.allowed[0] <= 4 * (3 * len(x) + 17) * U32 * size


def test_the_points_of_the_exercises_add_up_to_twenty() -> None:
    assert sum(task.points for task in TASKS.values()) == 20
