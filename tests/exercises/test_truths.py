"""The truth of the judge: exact, the same every time, with an allowance that rounding never leaves and mistakes do."""

from array import array
from fractions import Fraction
from math import inf, nan, nextafter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import truths as judges_truths
from compare.exercises.judging import CREEPING, EXACT, Bounds, Expected, _last_within, all_within
from compare.exercises.table import programs
from compare.exercises.table.allowance import U32, any_form
from compare.exercises.table.comparison import as_float, exactly, expected, room
from compare.exercises.table.formulas import Formula
from compare.exercises.table.programs import Program
from compare.exercises.table.run_allowance import loss_allowances
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial, kinds, trials
from compare.exercises.truths import bounds, equal_bounds, equal_truths, is_near, tell, truth, truths
from compare.sandbox.calls import Results, laid_out

SEED = 20240229
ULP = 2.0**-52
LINE = {"x": (2.0, -3.0), "y": (3.0, 6.0), "w": -1.0, "b": 1.0}
RUN = {"x": (1.0, -2.0), "y": (3.0, 5.0), "w": -1.0, "b": 2.0, "lr": 0.5, "epochs": 4}
MOMENTUM = {"x": (1.0,), "y": (0.0,), "w": 1.0, "b": 0.0, "lr": 0.5, "momentum": 0.5, "epochs": 3}


@pytest.mark.parametrize(
    ("task", "trial", "values", "sizes"),
    [
        ("predict", {"x": (1.0, -2.0), "w": -3.0, "b": 4.0}, [[1.0, 10.0]], [[7.0, 10.0]]),
        ("mse", {"yp": (1.0, 4.0), "y": (-1.0, 1.0)}, [6.5], [[14.5]]),
        ("dmse_dyp", {"yp": (1.0, 4.0), "y": (-1.0, 1.0)}, [[2.0, 3.0]], [[2.0, 5.0]]),
        ("gradients", LINE, [-2.0, -6.0], [[42.0], [16.0]]),
    ],
)
def test_the_truth_of_a_step_is_worked_out_by_hand_with_what_rounding_may_do(
    task: str, trial: dict[str, Any], values: list[Any], sizes: list[list[float]]
) -> None:
    allowed = [[any_form(2) * size for size in out] for out in sizes]
    shapes: list[tuple[int, ...]] = [(2,) if isinstance(value, list) else () for value in values]
    entries = [value if isinstance(value, list) else [value] for value in values]
    assert truth(task, trial) == tuple(map(Expected, shapes, entries, allowed))


@pytest.mark.parametrize(
    ("task", "trial", "values"),
    [
        ("sgd_step", {"w": -1.0, "b": 2.0, "dw": 3.0, "db": -4.0, "lr": 0.5}, [-2.5, 4.0]),
        ("momentum_step", {"p": 1.0, "v": 2.0, "dp": 3.0, "lr": 0.5, "momentum": 0.25}, [-0.75, 3.5]),
    ],
)
def test_the_truth_of_an_update_is_one_number_an_output(
    task: str, trial: dict[str, float], values: list[float]
) -> None:
    found = truth(task, trial)
    assert [(output.shape, output.values) for output in found] == [((), [value]) for value in values]


@pytest.mark.parametrize(
    ("task", "trial", "losses"),
    [
        ("train", RUN, [2.5, 0.25, 0.53125, 1.4453125, 3.94140625]),
        ("train", RUN | {"epochs": 0}, [2.5]),
        ("train_momentum", MOMENTUM, [1.0, 1.0, 0.0, 0.25]),
        ("train_momentum", MOMENTUM | {"epochs": 1}, [1.0, 1.0]),
    ],
)
def test_the_truth_of_a_run_is_the_losses_before_between_and_after_its_steps(
    task: str, trial: dict[str, Any], losses: list[float]
) -> None:
    assert truth(task, trial) == (Expected((len(losses),), losses, loss_allowances(Program(), trial)),)


def test_the_room_is_that_of_the_program() -> None:
    total = Program(loss=Formula(divisor="1"))
    assert room("mse", total, {"yp": (1.0, 4.0), "y": (-1.0, 1.0)}) == [[any_form(2) * 29]]
    assert room("train", total, RUN) == [loss_allowances(total, RUN)]


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        *((0.1, 0.1), (inf, inf), (3, 3.0), (Fraction(1, 3), 1 / 3)),
        *((Fraction(-(10**400)), -inf), (Fraction(2**54 + 3, 3**20), (2**54 + 3) / 3**20)),
    ],
)
def test_a_rational_becomes_the_nearest_double(value: Fraction | float, nearest: float) -> None:
    assert (as_float(value), type(as_float(value))) == (nearest, float)


def test_an_output_is_compared_in_its_shape() -> None:
    assert expected(Fraction(1, 2), [0.25]) == Expected((), [0.5], [0.25])
    assert expected([Fraction(1, 2), 3.0], [0.25, 1.0]) == Expected((2,), [0.5, 3.0], [0.25, 1.0])
    assert expected((1.5,), [0.25]) == Expected((1,), [1.5], [0.25])


def test_the_floats_of_a_trial_are_the_rationals_they_are_and_whole_numbers_stay() -> None:
    tenth = Fraction(0.1)
    found = exactly({"x": (0.1, 2.0), "y": [0.5], "w": 0.1, "epochs": 3})
    assert found == {"x": [tenth, Fraction(2)], "y": [Fraction(1, 2)], "w": tenth, "epochs": 3}
    assert [type(value) for value in (*found["x"], *found["y"], found["w"], found["epochs"])] == [Fraction] * 4 + [int]


@pytest.mark.parametrize(
    ("value", "allowed", "lowest", "highest"),
    [
        (1.0, 0.5, 0.5, 1.5),
        (-2.0, 0.5, -2.5, -1.5),
        (1.0, 0.0, 1.0, 1.0),
        (1.0, 0.75 * ULP, 1.0 - 0.5 * ULP, 1.0),  # 1 + ¾ ulp is rounded up to 1 + ulp
        (1.0, 1.75 * ULP, 1.0 - 1.5 * ULP, 1.0 + ULP),
    ],
)
def test_a_bound_is_the_last_double_within_the_allowance(
    value: float, allowed: float, lowest: float, highest: float
) -> None:
    assert (_last_within(value, allowed, -inf), _last_within(value, allowed, inf)) == (lowest, highest)


WITHIN = Bounds(laid_out([[(2,), ()], None]), array("d", [1.0, 2.0, -1.0]), array("d", [1.0, 3.0, 1.0]))


@pytest.mark.parametrize(
    ("values", "within"),
    [
        ((1.0, 2.0, -1.0), True),
        ((1.0, 3.0, 1.0), True),
        ((nextafter(1.0, inf), 2.0, 0.0), False),
        ((1.0, nextafter(2.0, -inf), 0.0), False),
        ((1.0, 2.0, nan), False),
        ((1.0, 2.0, -inf), False),
    ],
)
def test_numbers_are_right_between_their_bounds_and_in_their_layout(values: tuple[float, ...], within: bool) -> None:
    assert all_within(Results(WITHIN.layout, array("d", values)), WITHIN) is within
    assert not all_within(Results(laid_out([[(3,)], None]), array("d", values)), WITHIN)


@pytest.mark.parametrize("task", ["gradients", "predict"])
def test_the_bounds_are_those_of_every_number_of_the_truths_in_their_order(task: str) -> None:
    known, every = bounds(task, SEED), [output for truth in truths(task, SEED) for output in truth]
    numbers = [pair for output in every for pair in zip(output.values, output.allowed, strict=True)]
    assert list(known.lowest) == [_last_within(*pair, -inf) for pair in numbers]
    assert list(known.highest) == [_last_within(*pair, inf) for pair in numbers]
    pieces = [piece for call in known.layout for piece in call or ()]
    assert pieces[0].start == 0
    assert [(piece.shape, piece.end - piece.start) for piece in pieces] == [
        (out.shape, len(out.values)) for out in every
    ]
    assert [len(call or ()) for call in known.layout] == [len(TASKS[task].outputs)] * len(trials(task, SEED))


@pytest.mark.parametrize("task", TASKS)
def test_the_right_program_of_the_table_is_the_truth(task: str) -> None:
    for trial, known in zip(trials(task, SEED), truths(task, SEED), strict=True):
        values = programs.results(task, Program(), exactly(trial))
        flat = [list(map(float, out)) if isinstance(out, list) else [float(out)] for out in values]
        assert flat == [output.values for output in known]


@pytest.mark.parametrize("task", TASKS)
def test_trials_are_the_same_from_the_same_seed_and_others_from_another(task: str) -> None:
    trials.cache_clear()
    first = trials(task, 1)
    trials.cache_clear()
    assert trials(task, 1) == first
    assert trials(task, 2) != first


@pytest.mark.parametrize("task", TASKS)
def test_float32_holds_every_input_but_where_a_run_creeps(task: str) -> None:
    known = (trial for kind, trial in zip(kinds(task, SEED), trials(task, SEED), strict=True) if kind != CREEPING)
    numbers = [v for trial in known for entry in trial.values() for v in np.atleast_1d(entry)]
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
    for got, known, feature in ((2 * (r * x32).mean(), dw, x), (2 * r.mean(), db, [1.0] * len(x))):
        size = (
            2 / len(x) * sum(abs(f) * (abs(w * xi) + abs(b) + abs(yi)) for f, xi, yi in zip(feature, x, y, strict=True))
        )
        assert abs(Fraction(float(got)) - Fraction(known.values[0])) <= known.allowed[0]
        assert known.allowed[0] <= 4 * (3 * len(x) + 17) * U32 * size


def test_the_points_of_the_exercises_add_up_to_twenty() -> None:
    assert sum(task.points for task in TASKS.values()) == 20


def test_what_another_process_found_is_not_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judges_truths, "_told", {})
    told = (Expected((), [1.0], [0.5]),)
    tell({("mse", -5): (told,)})
    assert truths("mse", -5) == equal_truths("mse", -5) == (told,)
    assert truths("mse", -6) == tuple(truth("mse", trial) for trial in trials("mse", -6))
    truths.cache_clear()
    equal_truths.cache_clear()


@pytest.mark.parametrize("task", TASKS)
def test_what_equals_the_truth_is_right_without_the_allowance_of_one_exact_trial(
    task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = [trial for kind, trial in zip(kinds(task, -7), trials(task, -7), strict=True) if kind == EXACT]
    asked: list[Trial] = []

    def asking(task: str, program: Program, trial: Trial) -> list[list[float]]:
        asked.append(trial)
        return room(task, program, trial)

    monkeypatch.setattr(judges_truths, "room", asking)
    layout = equal_bounds(task, -7).layout
    values = [value for truth in equal_truths(task, -7) for out in truth for value in out.values]
    assert is_near(Results(layout, array("d", values)), task, -7)
    assert asked
    assert not [trial for trial in asked if trial in exact]
    at = layout[kinds(task, -7).index(EXACT)][0].start
    values[at] = nextafter(values[at], inf)
    assert is_near(Results(layout, array("d", values)), task, -7)
    assert [trial for trial in asked if trial in exact] == exact
    values[at] += 1e9
    assert not is_near(Results(layout, array("d", values)), task, -7)


@pytest.mark.parametrize("task", TASKS)
def test_truths_for_equality_are_the_truths_but_for_what_exact_trials_allow(task: str) -> None:
    for kind, whole, equal in zip(kinds(task, SEED), truths(task, SEED), equal_truths(task, SEED), strict=True):
        if kind == EXACT:
            whole = tuple(out._replace(allowed=[0.0] * len(out.values)) for out in whole)
        assert equal == whole
