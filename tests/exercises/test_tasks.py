"""What is asked agrees with what our own solution takes and gives, with the template's examples and the course."""

import ast
import inspect

import pytest

from compare.exercises import course
from compare.exercises.tasks import ARRAYS, TASKS
from compare.exercises.template import EXAMPLES
from compare.grading import solution

GIVES = {
    "predict": ("yp",),
    "mse": ("loss",),
    "dmse_dyp": ("dyp",),
    "gradients": ("dw", "db"),
    "sgd_step": ("w", "b"),
    "train": ("losses",),
    "momentum_step": ("p", "v"),
    "train_momentum": ("losses",),
}


@pytest.mark.parametrize("name", GIVES)
def test_each_exercise_takes_what_our_own_solution_takes(name: str) -> None:
    assert TASKS[name].name == name
    assert TASKS[name].parameters == tuple(inspect.signature(vars(solution)[name]).parameters)


def test_each_exercise_gives_what_its_name_promises() -> None:
    assert {name: task.outputs for name, task in TASKS.items()} == GIVES


def test_an_exercise_is_worth_what_the_bundled_course_gives_for_it() -> None:
    assert {name: task.points for name, task in TASKS.items()} == course.read().points


def test_only_a_gradient_is_marked_in_parts() -> None:
    assert {name: task.parts for name, task in TASKS.items() if task.parts} == {"gradients": ("dw", "db")}
    assert all(isinstance(task.parts, tuple) for task in TASKS.values())


@pytest.mark.parametrize("name", GIVES)
def test_arrays_are_the_parameters_for_which_the_examples_give_arrays(name: str) -> None:
    call = ast.parse(EXAMPLES[name][0], mode="eval").body
    assert isinstance(call, ast.Call)
    arrays = {key for key, value in zip(TASKS[name].parameters, call.args, strict=True) if isinstance(value, ast.Call)}
    assert arrays == ARRAYS & {*TASKS[name].parameters}
