"""The right steps that are put around a student's own: right in themselves, and they see what a function calls."""

import pytest

from compare.exercises import given_steps as given
from compare.exercises.course import read
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.exercises.tasks import TASKS

PLAIN = ("predict", "mse", "dmse_dyp", "sgd_step", "momentum_step")
GRADIENTS = given._given_gradients_from(given._given_predict, given._given_dmse_dyp)
LOOP = (given._given_predict, given._given_mse, GRADIENTS)
MADE = {
    "gradients": GRADIENTS,
    "train": given._given_train_from(*LOOP, given._given_sgd_step),
    "train_momentum": given._given_train_momentum_from(*LOOP, given._given_momentum_step),
}


def test_the_steps_together_are_a_right_answer() -> None:
    answer = {task: vars(given)[f"_given_{task}"] for task in PLAIN} | MADE
    assert examine(b"", read(), Kernel(answer)).all_right


def _reached(task: str) -> set[str]:
    flags = given._given_reached(list(TASKS).index(task))
    return {other for other, flag in zip(TASKS, flags, strict=True) if flag}


@pytest.mark.parametrize("task", TASKS)
def test_every_exercise_is_seen_by_its_name(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, object] = {}
    exec(f"def {task}(): return {task}", own)
    monkeypatch.setattr(given, task, own[task], raising=False)
    assert _reached(task) == {task}


def test_what_a_function_calls_is_seen_through_the_functions_between(monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, object] = {}
    exec(
        "def predict(): return 'mse'\n"
        "def gradients(): return predict()\n"
        "def train(): return (lambda: gradients())(), 'and a constant'\n"
        "def momentum_step(): return momentum_step()\n",
        own,
    )
    for task in own.keys() & TASKS.keys():
        monkeypatch.setattr(given, task, own[task], raising=False)
    found = {task: _reached(task) for task in TASKS}
    assert {task: names for task, names in found.items() if names} == {
        "gradients": {"predict"}, "train": {"gradients", "predict"}, "momentum_step": {"momentum_step"},
    }  # fmt: skip
