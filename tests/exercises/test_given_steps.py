"""The right steps that are put in the places of a student's own."""

from compare.exercises import given_steps
from compare.exercises.course import read
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.exercises.mending import CALLED

STEPS = {step for steps in CALLED.values() for step in steps}


def test_every_step_that_an_exercise_may_call_is_there_and_right() -> None:
    answer = {step: vars(given_steps)[f"_given_{step}"] for step in STEPS}
    rules = read()
    asked = rules._replace(points={task: points for task, points in rules.points.items() if task in STEPS})
    assert examine(b"", asked, Kernel(answer)).all_right
