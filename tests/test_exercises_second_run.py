"""Asked once more: the smallest few inputs show what all of them show, in a few calls."""

import pytest

from compare.exercises import second_run
from compare.exercises.course import read
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.exercises.questions import smallest_inputs
from compare.sandbox.calls import Exercise
from tests.answers import found, source
from tests.wrong_codings import CODINGS

MISTAKES = [(task, name) for task, names in CODINGS.items() for name in names]


class Counting(Kernel):
    """A kernel that notes how many calls each run makes."""

    def __init__(self) -> None:
        super().__init__({})
        self.calls: list[int] = []

    def run(self, source, exercises, limits):  # type: ignore[no-untyped-def]
        self.calls.append(sum(len(exercise.calls) for exercise in exercises))
        return super().run(source, exercises, limits)


@pytest.mark.parametrize(("task", "name"), MISTAKES)
def test_the_smallest_few_inputs_give_the_counterexample_that_all_of_them_give(
    task: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    coding = CODINGS[task][name][0]
    few = found(task, coding)
    monkeypatch.setattr(second_run, "FEW", None)
    rules = read()
    alone = rules._replace(points={task: rules.points[task]})
    assert examine(source(**{task: coding}), alone, Kernel({})).exercises[0] == few


def test_a_mistake_that_shows_at_once_is_looked_for_no_further() -> None:
    kernel = Counting()
    examine(source(dmse_dyp="def dmse_dyp(yp, y): return (yp - y) / len(y)"), read(), kernel)
    assert kernel.calls[1:] == [second_run.FEW]


def test_a_mistake_that_only_many_epochs_show_is_looked_for_in_all_small_runs() -> None:
    kernel = Counting()
    late = "def train(x, y, w, b, lr, epochs): return train_momentum(x, y, w, b, lr * (epochs < 4), 0.0, epochs)"
    examine(source(train=late), read(), kernel)
    everything: Exercise = smallest_inputs("train", None)
    assert kernel.calls[2] == len(everything.calls) > second_run.FEW


def test_what_was_asked_before_is_the_same_question_again() -> None:
    assert smallest_inputs("mse", 5) is smallest_inputs("mse", 5)


def test_an_exercise_whose_small_inputs_are_few_is_not_asked_the_same_twice() -> None:
    kernel = Counting()
    late = "def momentum_step(p, v, dp, lr, momentum): return p - lr * (momentum * v + dp), momentum * v + dp + p % 1"
    examine(source(momentum_step=late), read(), kernel)
    assert kernel.calls[1:] == [len(smallest_inputs("momentum_step", None).calls)]
