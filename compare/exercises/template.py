"""The file of answers that a student starts from: one function an exercise, its task stated and nothing solved."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from compare.exercises.course import Course
from compare.exercises.tasks import TASKS

# Calls small enough to do on paper, and what they give: the same in every language.
EXAMPLES = {
    "predict": ("predict(np.array([1.0, 2.0]), 3.0, 1.0)", "[4.0, 7.0]"),
    "mse": ("mse(np.array([3.0, 2.0]), np.array([1.0, 2.0]))", "2.0"),
    "dmse_dyp": ("dmse_dyp(np.array([3.0, 2.0]), np.array([1.0, 2.0]))", "[2.0, 0.0]"),
    "gradients": ("gradients(np.array([1.0, 3.0]), np.array([0.0, 0.0]), 1.0, 0.0)", "(10.0, 4.0)"),
    "sgd_step": ("sgd_step(1.0, 0.0, 10.0, 4.0, 0.1)", "(0.0, -0.4)"),
    "train": ("train(np.array([1.0, 3.0]), np.array([0.0, 0.0]), 1.0, 0.0, 0.1, 1)", "[5.0, 0.16]"),
    "momentum_step": ("momentum_step(1.0, 2.0, 10.0, 0.1, 0.5)", "(-0.1, 11.0)"),
    "train_momentum": (
        "train_momentum(np.array([1.0, 3.0]), np.array([0.0, 0.0]), 1.0, 0.0, 0.1, 0.5, 2)",
        "[5.0, 0.16, 1.5556]",
    ),
}


def template(language: str, command: str, exercises: Iterable[str] = tuple(TASKS)) -> str:
    """The text of a file of answers in `language`; `command` is what checks it."""
    file = Path(__file__).with_name(f"template.{language}.toml")
    texts = tomllib.loads(file.read_bytes().decode("utf-8"))
    header = texts["header"].strip().format(command=command.replace("\\", "\\\\").replace('"', '\\"'))
    functions = [_function(name, texts["exercises"][name], texts["example"]) for name in exercises]
    return "\n\n\n".join([f'"""{header}\n"""\n\nimport numpy as np', *functions]) + "\n"


def of_course(course: Course, language: str, command: str) -> str:
    """The same for a course: of its reference where it has one, else of the bundled exercises that it lists."""
    if course.formulas is None:
        return template(language, command, course.points)
    from compare.exercises.reference import tasks

    file = Path(__file__).with_name(f"template.{language}.toml")
    return tasks.template(course, language, command, tomllib.loads(file.read_bytes().decode("utf-8"))["reference"])


def _function(name: str, task: str, example: str) -> str:
    call, result = EXAMPLES[name]
    text = f"{task.strip()}\n\n{example.format(call=call, result=result)}\n"
    docstring = "\n".join(f"    {line}".rstrip() for line in f'"""{text}"""'.split("\n"))
    return f"def {name}({', '.join(TASKS[name].parameters)}):\n{docstring}\n    raise NotImplementedError"
