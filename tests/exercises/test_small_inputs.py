"""The small inputs of an exercise: every choice of whole numbers that is small enough, the smallest first."""

from typing import Any

import pytest

from compare.exercises.small_inputs import small_inputs
from compare.exercises.tasks import TASKS


@pytest.mark.parametrize(
    ("task", "of_sizes", "negative"),
    [  # k numbers from 0 add up to 4 at most in C(k + 4, 4) ways; their sizes up to 3 with either sign
        ("predict", [35, 70, 126], 63),
        ("mse", [15, 70, 210], 25),
        ("dmse_dyp", [15, 70, 210], 25),
        ("gradients", [70, 210, 495], 129),
    ],
)
def test_every_choice_is_there_on_one_to_three_samples_and_then_with_signs_on_one(
    task: str, of_sizes: list[int], negative: int
) -> None:
    inputs = small_inputs(task)
    samples = [max(len(value) for value in trial.values() if isinstance(value, tuple)) for trial in inputs]
    assert samples == [size for size, count in enumerate(of_sizes, 1) for _ in range(count)] + [1] * negative
    distinct = [len({str(trial) for trial in inputs if len(next(iter(trial.values()))) == size}) for size in (2, 3)]
    assert distinct == of_sizes[1:]
    assert len({str(trial) for trial in inputs[-negative:]}) == negative
    assert not [value for trial in inputs[:-negative] for value in _flat(trial) if value < 0]
    sums = [sum(map(abs, _flat(trial))) for trial in inputs]
    assert (max(sums[:-negative]), max(sums[-negative:])) == (4, 3)


@pytest.mark.parametrize(("task", "count"), [("sgd_step", 70), ("momentum_step", 35)])
def test_every_choice_for_an_update_is_there_at_both_rates(task: str, count: int) -> None:
    inputs = small_inputs(task)
    assert [trial["lr"] for trial in inputs] == [1.0, 0.5] * count
    assert len({str(trial) for trial in inputs}) == 2 * count
    assert {trial.get("momentum", 0.5) for trial in inputs} == {0.5}


@pytest.mark.parametrize("task", ["train", "train_momentum"])
def test_every_choice_for_a_run_is_there_for_none_one_and_two_epochs_at_both_rates(task: str) -> None:
    inputs = small_inputs(task)
    counts = [35 * 2] * 3 + [28 * 2] * 3 + [9 * 2] * 3  # up to 3 on one sample, up to 2 on two, up to 1 on three
    runs = [(size, epochs) for size in (1, 2, 3) for epochs in (0, 1, 2)]
    assert [(len(trial["x"]), trial["epochs"]) for trial in inputs] == [
        run for run, count in zip(runs, counts, strict=True) for _ in range(count)
    ]
    assert len({str(trial) for trial in inputs}) == len(inputs)
    assert [trial["lr"] for trial in inputs] == [1.0, 0.5] * (len(inputs) // 2)
    assert {trial.get("momentum", 0.5) for trial in inputs} == {0.5}


SETTINGS = ("lr", "momentum", "epochs")


def _flat(trial: Any) -> list[float]:
    return [number for value in trial.values() for number in (value if isinstance(value, tuple) else (value,))]


def _shown(trial: Any) -> str:
    """The digits of the numbers in the order of the signature, without lr, momentum and epochs."""
    return "".join(
        f"{number:g}" for number in _flat({name: value for name, value in trial.items() if name not in SETTINGS})
    )


@pytest.mark.parametrize(
    ("task", "start", "expected"),
    [
        ("predict", 0, "100 110 101 200 111 210 120 201 102 300 220 211 121 202 112 310 130 301 103 400 000 010 001"),
        ("predict", 33, "040 004 1000 0100 1100 1010 0110 1001 0101 2000 0200 1110 1101 1011 0111"),
        ("predict", 231, "100 -100 10-1 -10-1 1-10 -1-10 110 -110 101 -101 200 -200 1-1-1 -1-1-1 11-1"),
        ("mse", 0, "00 10 01 11 20 02 21 12 30 03 22 31 13 40 04 0000 1000 0100 0001 0010 1100 1001 0101 1010"),
        ("gradients", 0, "1000 1010 1001 1100 2000 1011 1110 1101 2010 1020 2001 1002 2100 1200 3000"),
        ("gradients", 33, "1300 4000 0000 0010 0001 0100 0011"),
        ("sgd_step", 0, "0000 0010 0001 1000 0100 0011 1010 1001 0110 0101 1100 0020 0002 2000 0200"),
        ("momentum_step", 0, "000 001 100 010 101 011 110 002 200 020 111 102 201 012"),
        ("train", 0, "1000 1010 1001 1100 2000"),
        ("train", 35, "1000 1010"),
        ("train", 105, "100000 010000 110000 100010"),
    ],
)
def test_the_smallest_come_first(task: str, start: int, expected: str) -> None:
    every = 2 if "lr" in TASKS[task].parameters else 1
    found = [_shown(trial) for trial in small_inputs(task)[::every]]
    assert found[start:][: len(expected.split())] == expected.split()


def test_a_trial_holds_floats_samples_in_tuples_and_whole_epochs() -> None:
    trial = small_inputs("train_momentum")[-1]
    first, *others = trial.values()
    none, one = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)
    assert trial == {"x": none, "y": one, "w": 0.0, "b": 0.0, "lr": 0.5, "momentum": 0.5, "epochs": 2}
    assert [type(value) for value in (*first, *others)] == [float, float, float, tuple, float, float, float, float, int]
