"""What the page's editors ask: the functions of a course, and for a formula what it is judged by on the page itself.

That is fixed inputs, the truth on each, and what each known mistake gives there. All numbers are exact fractions, as
text: "3/4" is what the script reads.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from compare.exercises.course import OF_COURSE, Course
from compare.exercises.findings import WRONG, ExerciseFinding
from compare.exercises.reference import tasks as asked
from compare.exercises.table import hypotheses, programs
from compare.exercises.table.programs import Program
from compare.exercises.tasks import ARRAYS, TASKS, Task
from compare.reports.answer.mistakes import mistake
from compare.reports.language import LANGUAGES, Messages

TYPED = ("predict", "mse", "dmse_dyp", "gradients", "sgd_step", "momentum_step")  # those that one formula answers
ROWS = (1, 2, 2, 3, 5)  # samples of each trial, the smallest first
# The names that a formula may use beside the parameters, in order: each by those before it.
DERIVED = {"n": "len(y)", "yp": "w * x + b", "r": "yp - y"}
STARTS = ("2", "-1", "3/2", "5", "-1/2", "1/4", "-3", "7/4", "1", "-5/2", "3", "-3/4", "9/4", "4", "-7/2")


def editors(course: Course) -> list[dict[str, Any]]:
    """One exercise of the course after another: its function, its task in every language, and a field for each output
    that one formula gives: what the script needs to judge what is typed there, and to explain it."""
    functions = {language: _functions(asked.template(course, language, "")) for language in LANGUAGES}
    return [_editor(name, course, functions) for name in course.points]


def legend(course: Course) -> dict[str, str]:
    """What a course with a reference says of itself and its names, by language; of the bundled exercises, nothing."""
    if course.formulas is None:
        return {}
    from compare.exercises.reference import prepared, tasks

    reference = prepared.parsed(course.formulas)
    return {language: tasks.doc(course, reference, OF_COURSE, language).strip() for language in LANGUAGES}


def _functions(template: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(template).body if isinstance(node, ast.FunctionDef)}


def _editor(name: str, course: Course, functions: Mapping[str, Mapping[str, ast.FunctionDef]]) -> dict[str, Any]:
    asked = {language: ast.get_docstring(of[name]) or "" for language, of in functions.items()}
    parameters = [argument.arg for argument in functions["en"][name].args.args]
    editor = {
        "name": name,
        "parameters": parameters,
        "points": course.points[name],
        "task": {language: text.partition("\n\n")[0] for language, text in asked.items()},
        "more": {language: text.partition("\n\n")[2] for language, text in asked.items()},
        "stub": f"def {name}({', '.join(parameters)}):\n    ",
        "prelude": [],
        "fields": [],
    }
    return editor if course.formulas or name not in TYPED else {**editor, **_typed(TASKS[name])}


def _typed(task: Task) -> dict[str, Any]:
    trials = [_trial(task, number) for number in range(len(ROWS))]
    made = [f"{name} = {made}" for name, made in DERIVED.items() if name in trials[0] and name not in task.parameters]
    return {"prelude": made, "fields": [_field(task, i, trials) for i in range(len(task.outputs))]}


def _field(task: Task, output: int, trials: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "key": f"{task.name}-{task.outputs[output]}",
        "output": task.outputs[output],
        "trials": [{name: _text(value) for name, value in trial.items()} for trial in trials],
        "expected": [_text(programs.results(task.name, Program(), trial)[output]) for trial in trials],
        "mistakes": list(_mistakes(task, output, trials)),
    }


def _trial(task: Task, number: int) -> dict[str, Any]:
    """The inputs of one trial: fractions from a fixed list, each trial and parameter at a place of its own in it."""
    rows = ROWS[number]
    trial: dict[str, Any] = {}
    for place, name in enumerate(task.parameters):
        numbers = _numbers(3 * number + 4 * place)
        trial[name] = list(islice(numbers, rows)) if name in ARRAYS else next(numbers)
    if "y" in trial:
        trial["n"] = Fraction(rows)
        if "x" in trial:
            trial["yp"] = [trial["w"] * x + trial["b"] for x in trial["x"]]
        trial["r"] = [yp - y for yp, y in zip(trial["yp"], trial["y"], strict=True)]
    return trial


def _numbers(start: int) -> Iterator[Fraction]:
    while True:
        yield Fraction(STARTS[start % len(STARTS)])
        start += 1


def _mistakes(task: Task, output: int, trials: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every known mistake that changes the output, by name, with what it gives on each trial and how it is told."""
    right = [_given(task, Program(), output, trial) for trial in trials]
    for one in hypotheses.of_one(task.name):
        gives = [_given(task, one.program, output, trial) for trial in trials]
        if gives != right and None not in gives:
            yield {"name": one.names[0], "gives": gives, **_told(one.names[0], task.name)}


def _told(name: str, task: str) -> dict[str, dict[str, str]]:
    """The words of the judge for a mistake: its name as a sentence, how to see it, what to try."""
    finding = ExerciseFinding(task, WRONG, 0.0, in_loss=(name,) if task == "mse" else ())
    told: dict[str, dict[str, str]] = {"said": {}, "see": {}, "attempt": {}}
    for language in LANGUAGES:
        say, page = Messages("check", language), Messages("page", language)
        told["said"][language] = page("exercises.named", name=mistake(name, finding, "name", say))
        told["see"][language] = mistake(name, finding, "see", say)
        told["attempt"][language] = mistake(name, finding, "try", say)
    return told


def _given(task: Task, program: Program, output: int, trial: Mapping[str, Any]) -> Any:
    """One output as text; None where the program has no value, or none that is a fraction (a root)."""
    try:
        return _text(programs.results(task.name, program, trial)[output])
    except (ZeroDivisionError, TypeError):
        return None


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(entry) for entry in value]
    if not isinstance(value, Fraction | int):
        raise TypeError(value)
    return str(value)
