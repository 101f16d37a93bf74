"""The inputs of every exercise: as many and as large as they should be, of the numbers they should be of."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import log10
from struct import pack, unpack
from typing import Any

import pytest

from compare.exercises.judging import CREEPING, EXACT, ORDINARY, SHORT
from compare.exercises.table import programs
from compare.exercises.table.allowance import aligned, magnitudes
from compare.exercises.table.comparison import exactly
from compare.exercises.table.programs import Program
from compare.exercises.tasks import ARRAYS, TASKS
from compare.exercises.trials import BITS, Trial, _Numbers, kinds, trials

SEEDS = range(40)
RUNS = ("train", "train_momentum")
UPDATES = ("sgd_step", "momentum_step")
SAMPLES = ("predict", "mse", "dmse_dyp", "gradients")


def _of(kind: str, task: str, seed: int = 7) -> list[Trial]:
    return [trial for its, trial in zip(kinds(task, seed), trials(task, seed), strict=True) if its == kind]


def _samples(found: list[Trial]) -> list[int]:
    return [len(next(value for name, value in trial.items() if name in ARRAYS)) for trial in found]


def _numbers(value: Any) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def _all_numbers(trial: Trial) -> list[float]:
    return [number for name, value in trial.items() if name != "epochs" for number in _numbers(value)]


def _parts(largest: int, parts: int) -> set[float]:
    """The multiples of 1/parts up to `largest` in size, without 0."""
    return {sign * k / parts for k in range(1, largest * parts + 1) for sign in (1, -1)}


def test_the_numbers_are_those_of_knuths_generator_on_every_machine() -> None:
    numbers = _Numbers(1)
    assert [numbers.below(2**31) for _ in range(3)] == [908834774, 1093944153, 1392341196]
    again = _Numbers(1)
    assert [again.below(10) for _ in range(3)] == [4, 3, 6]


def test_a_real_is_any_multiple_of_the_step_but_zero_and_a_signed_number_any_of_its_bits() -> None:
    numbers = _Numbers(5)
    reals = [numbers.real(3, 4) for _ in range(2000)]
    assert set(reals) == _parts(3, 4)
    assert 900 < sum(real > 0 for real in reals) < 1100
    assert {numbers.signed(2) for _ in range(500)} == {-3, -2, -1, 0, 1, 2, 3}


@pytest.mark.parametrize("task", SAMPLES)
def test_samples_are_few_first_then_more_then_powers_of_two_with_single_ones_last(task: str) -> None:
    ordinary = [3, 2, 4, 5, 7, 6, 16, 33, 3, 3, 3, 3, 2, 4]
    short, exact, last = [8, 8, 4, 4, 2, 2], [8] * 5 + [4] * 5 + [2] * 5 + [1] * 5, [1, 1]
    assert _samples(list(trials(task, 7))) == [*ordinary, *short, *exact, *last]
    counts = Counter(kinds(task, 7))
    assert counts == {ORDINARY: len(ordinary), SHORT: 8, EXACT: 20}
    assert trials(task, 7)[11:14] == trials(task, 7)[:3]


@pytest.mark.parametrize("task", UPDATES)
def test_an_update_has_no_samples_and_every_one_of_its_terms_is_zero_once(task: str) -> None:
    terms = [name for name in TASKS[task].parameters if name not in ("lr", "momentum")]
    found = _of(ORDINARY, task)
    assert len(found) == 8 + len(terms) + 3
    for name, trial in zip(terms, found[8:], strict=False):
        assert trial == {**found[0], name: 0.0}
    assert found[-3:] == found[:3]
    assert len(_of(EXACT, task)) == 10
    moved = [name for name in terms if name in ("w", "b", "p")]
    assert [all(trial[name] == 0 for name in moved) for trial in _of(SHORT, task)] == [True, True, False, False]


@pytest.mark.parametrize("task", SAMPLES)
def test_one_input_is_level_one_leaves_no_residual_and_one_is_zero_but_for_x(task: str) -> None:
    level, fitted, zero = _of(ORDINARY, task)[8:11]
    assert all(len(set(value)) == 1 for name, value in level.items() if name in ARRAYS)
    if "y" in fitted:
        yp = fitted.get("yp") or tuple(fitted["w"] * x + fitted["b"] for x in fitted["x"])
        assert fitted["y"] == yp
        assert any(yp)
    assert {name for name, value in zero.items() if any(_numbers(value))} <= {"x"}
    assert {type(number) for value in zero.values() for number in _numbers(value)} == {float}


@pytest.mark.parametrize("task", ["gradients", "sgd_step", "momentum_step"])
def test_ordinary_samples_are_eighths_up_to_ten_others_up_to_four_and_rates_sixty_fourths(task: str) -> None:
    found: dict[str, set[float]] = {name: set() for name in TASKS[task].parameters}
    for seed in range(100):
        for trial in _of(ORDINARY, task, seed)[:8]:
            for name, value in trial.items():
                found[name].update(_numbers(value))
    for name, numbers in found.items():
        if name in ("lr", "momentum"):
            assert numbers == {k / 64 for k in range(1, 63)}
        else:
            assert numbers == _parts(10 if name in ARRAYS else 4, 8)


def _units(task: str, trial: Trial) -> int:
    """The largest sum of the absolute monomials of an output, in units of the last place that this output has."""
    values = programs.results(task, Program(), exactly(trial))
    sums = programs.results(task, aligned(Program()), magnitudes(exactly(trial)))
    pairs = zip(map(_listed, values), map(_listed, sums), strict=True)
    return max(int(max(total) * max(entry.denominator for entry in (*value, *total))) for value, total in pairs)


def _listed(output: Any) -> list[Fraction]:
    return list(map(Fraction, output if isinstance(output, list) else [output]))


def _flat(outputs: Any) -> list[Any]:
    return [entry for output in outputs for entry in (output if isinstance(output, list) else [output])]


@pytest.mark.parametrize("task", TASKS)
def test_on_an_exact_input_no_sum_of_monomials_has_more_bits_than_a_double(task: str) -> None:
    found = [_units(task, trial) for seed in SEEDS for trial in _of(EXACT, task, seed)]
    if task in RUNS:  # with n = 4, one in some hundred may round in its last sum, if all that is in it has one sign
        assert max(found) < 2**55
        assert sum(units > 2**53 for units in found) < len(found) / 200
    else:
        assert max(found) < 2**53


@pytest.mark.parametrize("task", TASKS)
def test_on_a_short_input_none_has_more_than_a_float32(task: str) -> None:
    assert max(_units(task, trial) for seed in SEEDS for trial in _of(SHORT, task, seed)) <= 2**24


@pytest.mark.parametrize("task", [*SAMPLES, *UPDATES])
def test_exact_numbers_are_any_of_twelve_bits_times_a_power_of_two(task: str) -> None:
    for name in TASKS[task].parameters:
        numbers = {number for seed in SEEDS for trial in _of(EXACT, task, seed) for number in _numbers(trial[name])}
        odd = {abs(Fraction(number).numerator) for number in numbers}
        assert all(part < 2 ** (BITS + 1) for part in odd if part % 2)
        assert max(part for part in odd if part % 2) > 2**BITS - 100
        assert len(odd) > 200


@pytest.mark.parametrize("task", TASKS)
def test_values_from_a_thousand_millionth_to_a_million_are_met(task: str) -> None:
    sizes = [abs(value) for trial in trials(task, 7) for value in _flat(programs.results(task, Program(), trial))]
    tens = {round(log10(size)) for size in sizes if size}
    assert min(tens) <= -9
    assert max(tens) >= (4 if task == "dmse_dyp" else 6)  # beyond, numerical derivatives by yp lose their digits


@pytest.mark.parametrize("task", RUNS)
def test_runs_are_short_but_for_those_that_stay_with_the_first_once_more(task: str) -> None:
    ordinary = _of(ORDINARY, task)
    assert [(len(trial["x"]), trial["epochs"]) for trial in ordinary] == [
        *((3, 3), (4, 2), (2, 5), (5, 2), (3, 0), (9, 1), (3, 13), (2, 14), (4, 12), (3, 3), (1, 3), (1, 2)),
    ]
    assert ordinary[9] == ordinary[0]
    assert all(tuple(trial) == TASKS[task].parameters for trial in trials(task, 7))
    assert _samples(_of(EXACT, task)) == [8] * 17 + [4] * 13 + [2] * 13 + [1] * 13
    assert {trial["epochs"] for trial in (*_of(EXACT, task), *_of(SHORT, task))} == {1}


def _losses(seed: int, place: int) -> list[float]:
    (losses,) = programs.results("train", Program(), _of(ORDINARY, "train", seed)[place])
    return list(losses)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_hardly_moves_one_diverges_one_starts_at_the_minimum_and_two_reach_it(seed: int) -> None:
    slow, wild, settled = (_losses(seed, place) for place in (6, 7, 8))
    assert 0 < slow[-1] < slow[0] < 1e-24
    assert all(0 < 1 - after / before < 2e-3 for before, after in pairwise(slow))
    assert wild[-1] == pytest.approx(15**28 * wild[0])  # whoever stops at a loss of 10³² stops
    assert settled == [settled[0]] * 13
    assert settled[0] > 0
    reached, there = _losses(seed, 10), _losses(seed, 11)
    assert reached[0] > 0
    assert reached[1:] == [0, 0, 0]
    assert there == [0, 0, 0]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_run_creeps_by_less_than_float32_can_tell_from_no_float32_numbers(seed: int) -> None:
    (creeping,) = _of(CREEPING, "train", seed)
    (losses,) = programs.results("train", Program(), exactly(creeping))
    assert all(2**-42 < abs(1 - after / before) < 2**-25 for before, after in pairwise(losses))
    assert all(unpack("f", pack("f", creeping[name]))[0] != creeping[name] for name in "wb")


@pytest.mark.parametrize(("places", "largest", "rate"), [((0, 2, 4, 5), 10, 1 / 16), ((1, 3), 1, 1 / 2)])
def test_some_runs_settle_gently_and_some_are_rough(places: tuple[int, ...], largest: int, rate: float) -> None:
    runs = [_of(ORDINARY, "train_momentum", seed)[place] for seed in range(400) for place in places]
    assert {number for run in runs for number in run["x"]} == _parts(2, 8)
    assert {number for run in runs for number in run["y"]} == _parts(largest, 8)
    assert {run["w"] for run in runs} == {run["b"] for run in runs} == _parts(4, 8)
    assert {run["lr"] for run in runs} == {rate * k / 8 for k in range(4, 9)}
    assert {run["momentum"] for run in runs} == {k / 64 for k in range(32, 60)}


def test_every_second_exact_run_is_scaled_and_its_rate_is_a_power_of_two() -> None:
    runs = [run for seed in SEEDS for run in _of(EXACT, "train_momentum", seed)]
    assert {Fraction(run["lr"]).numerator for run in runs} == {1}
    assert {run["momentum"] for run in runs} == {1 / 2, 1 / 4, 1 / 8}
    assert {number for run in runs for number in run["x"]} == {float(k) for k in range(-63, 64)}
    whole = sum(float(run["w"]).is_integer() and float(run["b"]).is_integer() for run in runs)
    assert 0.4 < whole / len(runs) < 0.7
