"""The inputs of every exercise: as many and as large as they should be, of the numbers they should be of."""

from collections.abc import Iterator
from typing import Any

import pytest

from compare.exercises.tasks import ARRAYS, TASKS
from compare.exercises.trials import Trial, _Numbers, trials

SEEDS = range(100)
FIRST, LATER = [3, 2, 4, 5, 2, 3, 7, 6, 3, 8, 4, 5], [3, 2, 4, 5, 2, 3, 7, 6]  # samples
TERMS = {  # what is zero in some of the plain inputs
    "predict": ("w", "b"), "mse": ("yp", "y"), "dmse_dyp": ("yp", "y"), "gradients": ("y", "w", "b"),
    "sgd_step": ("w", "b", "dw", "db"), "momentum_step": ("p", "v", "dp"),
}  # fmt: skip
RUNS = ("train", "train_momentum")


def _of_many_seeds(task: str) -> list[tuple[Trial, ...]]:
    return [trials.__wrapped__(task, seed) for seed in SEEDS]


def _numbers(value: Any) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def _parts(largest: int, parts: int) -> set[float]:
    """The multiples of 1/parts up to `largest` in size, without 0."""
    return {sign * k / parts for k in range(1, largest * parts + 1) for sign in (1, -1)}


def _plain(task: str, seed: int) -> Iterator[tuple[int, Trial]]:
    """The plain inputs, each with the number of its choice of zeros."""
    choices = 2 ** len(TERMS[task])
    return enumerate(trials(task, seed)[len(FIRST) :][: 2 * choices])


def test_the_numbers_are_those_of_knuths_generator_on_every_machine() -> None:
    numbers = _Numbers(1)
    assert [numbers.below(2**31) for _ in range(3)] == [908834774, 1093944153, 1392341196]
    again = _Numbers(1)
    assert [again.below(10) for _ in range(3)] == [4, 3, 6]


def test_a_real_is_any_multiple_of_the_step_but_zero() -> None:
    numbers = _Numbers(5)
    reals = [numbers.real(3, 4) for _ in range(2000)]
    assert set(reals) == _parts(3, 4)
    assert 900 < sum(real > 0 for real in reals) < 1100
    assert {numbers.real(3, 4, positive=True) for _ in range(500)} == {k / 4 for k in range(1, 13)}


@pytest.mark.parametrize("task", [task for task in TERMS if ARRAYS.intersection(TASKS[task].parameters)])
def test_samples_are_few_first_then_more_and_single_ones_last(task: str) -> None:
    plain = 2 ** len(TERMS[task])
    counts = [*FIRST, *[3] * plain, *[2] * plain, *LATER, 16, 33, 64, *FIRST[:4], 1, 1, 1, 1, 3]
    found = trials(task, 7)
    arrays = ARRAYS.intersection(TASKS[task].parameters)
    assert [[len(trial[name]) for name in arrays] for trial in found] == [[count] * len(arrays) for count in counts]
    assert found[-9:-5] == found[:4]


@pytest.mark.parametrize("task", ["sgd_step", "momentum_step"])
def test_an_update_has_no_samples_and_ends_with_its_first_inputs_once_more(task: str) -> None:
    found = trials(task, 7)
    assert len(found) == 12 + 2 * 2 ** len(TERMS[task]) + 8 + 3 + 4
    assert found[-4:] == found[:4]
    assert len({str(trial) for trial in found}) == len(found) - 4


@pytest.mark.parametrize("task", TERMS)
def test_the_plain_inputs_are_positive_with_every_choice_of_the_terms_zero(task: str) -> None:
    for number, trial in _plain(task, 7):
        zero = {name for name, value in trial.items() if not any(_numbers(value))}
        assert zero == {name for place, name in enumerate(TERMS[task]) if number >> place & 1}
        assert all(value > 0 for name in trial.keys() - zero for value in _numbers(trial[name]))


@pytest.mark.parametrize(("task", "zero"), [("gradients", {"y", "w", "b"}), ("mse", {"yp", "y"})])
def test_the_last_input_leaves_no_residual(task: str, zero: set[str]) -> None:
    last = trials(task, 7)[-1]
    assert {name for name, value in last.items() if not any(_numbers(value))} == zero
    assert {type(number) for value in last.values() for number in _numbers(value)} == {float}


@pytest.mark.parametrize("task", ["gradients", "sgd_step", "momentum_step"])
def test_samples_are_eighths_up_to_ten_others_up_to_four_and_rates_sixty_fourths_below_one(task: str) -> None:
    found: dict[str, set[float]] = {name: set() for name in TASKS[task].parameters}
    for of_seed in _of_many_seeds(task):
        for trial in of_seed:
            for name, value in trial.items():
                found[name].update(_numbers(value))
    for name, numbers in found.items():
        if name in ("lr", "momentum"):
            assert numbers == {k / 64 for k in range(1, 63)}
        else:
            assert numbers - {0.0} == _parts(10 if name in ARRAYS else 4, 8)


@pytest.mark.parametrize("task", RUNS)
def test_runs_are_short_with_one_sample_last_and_the_first_once_more(task: str) -> None:
    found = trials(task, 7)
    assert [(len(trial["x"]), len(trial["y"]), trial["epochs"]) for trial in found] == [
        *((3, 3, 3), (4, 4, 2), (2, 2, 5), (5, 5, 3), (3, 3, 0), (16, 16, 2), (3, 3, 3), (1, 1, 3), (1, 1, 2)),
    ]
    assert found[6] == found[0]
    assert len({str(trial) for trial in found}) == 8
    assert all(tuple(trial) == TASKS[task].parameters for trial in found)


@pytest.mark.parametrize(("places", "largest", "rate"), [((0, 2, 4, 5, 7), 10, 1 / 16), ((1, 3, 8), 1, 1 / 2)])
def test_some_runs_settle_gently_and_some_are_rough(places: tuple[int, ...], largest: int, rate: float) -> None:
    runs = [of_seed[place] for of_seed in _of_many_seeds("train_momentum") for place in places]
    assert {number for run in runs for number in run["x"]} == _parts(2, 8)
    assert {number for run in runs for number in run["y"]} == _parts(largest, 8)
    assert {run["w"] for run in runs} == {run["b"] for run in runs} == _parts(4, 8)
    assert {run["lr"] for run in runs} == {rate * k / 8 for k in range(4, 9)}
    assert {run["momentum"] for run in runs} == {k / 64 for k in range(32, 60)}
