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
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import NUMBERS
from compare.exercises.formulas.numbers import Number
from compare.exercises.formulas.run import Run, outputs
from compare.exercises.formulas.shapes import names_of, output_names
from compare.exercises.reference import prepared, tasks
from compare.exercises.table import hypotheses, programs
from compare.exercises.table.by_table import is_line
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.programs import Program
from compare.exercises.trials.polynomials import polynomial
from compare.reports.answer.mistakes import mistake
from compare.reports.language import LANGUAGES, Messages

ROWS = (1, 2, 2, 3, 5)  # samples of each trial, the smallest first
# The names that a formula may use beside the parameters, in order: each by those before it.
DERIVED = {"n": "len(y)", "yp": "w * x + b", "r": "yp - y"}
STARTS = ("2", "-1", "3/2", "5", "-1/2", "1/4", "-3", "7/4", "1", "-5/2", "3", "-3/4", "9/4", "4", "-7/2")


def editors(course: Course) -> list[dict[str, Any]]:
    """One exercise of the course after another: its function, its task in every language, and a field for each output
    that one formula gives: what the script needs to judge what is typed there, and to explain it."""
    functions = {language: _functions(tasks.template(course, language, "")) for language in LANGUAGES}
    return [_editor(name, course, functions) for name in course.points]


def legend(course: Course) -> dict[str, str]:
    """What a course says of itself and its names, by language."""
    reference = prepared.parsed(course.formulas)
    return {language: tasks.doc(course, reference, OF_COURSE, language).strip() for language in LANGUAGES}


def _functions(template: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(template).body if isinstance(node, ast.FunctionDef)}


def _editor(name: str, course: Course, functions: Mapping[str, Mapping[str, ast.FunctionDef]]) -> dict[str, Any]:
    asked = {language: ast.get_docstring(of[name]) or "" for language, of in functions.items()}
    reference = prepared.parsed(course.formulas)
    function = reference.functions[name]
    parameters = [each.name for each in function.parameters]
    trials = [_trial(function, number) for number in range(len(ROWS))] if _is_typed(reference, function) else []
    known = {made for made in trials[0] if made not in parameters} if trials else set()
    return {
        "name": name,
        "parameters": parameters,
        "points": course.points[name],
        "task": {language: text.partition("\n\n")[0] for language, text in asked.items()},
        "more": {language: text.partition("\n\n")[2] for language, text in asked.items()},
        "stub": f"def {name}({', '.join(parameters)}):\n    ",
        "prelude": [f"{made} = {of}" for made, of in DERIVED.items() if made in known],
        "fields": list(_fields(course, function, trials)) if trials else [],
    }


def _is_typed(reference: Reference, function: Function) -> bool:
    """Is it answered by one formula of fractions for each output, of numbers and of lists that are equally long?"""
    found = polynomial(reference, function)
    shaped = {each.shape for each in function.parameters if each.shape}
    return found is not None and not found.is_run and shaped <= {((name,),) for name in names_of(function)[:1]}


def _fields(course: Course, function: Function, trials: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    reference = prepared.parsed(course.formulas)
    truths = [_truth(reference, function, trial) for trial in trials]
    known = hypotheses.of_one(function.name) if is_line(course.formulas) else ()
    for at, output in enumerate(output_names(reference, function)):
        expected = [truth[at] for truth in truths]
        yield {
            "key": f"{function.name}-{output}",
            "output": output,
            "trials": [{name: _text(value) for name, value in trial.items()} for trial in trials],
            "expected": expected,
            "mistakes": list(_mistakes(function.name, at, trials, known, expected)),
        }


def _trial(function: Function, number: int) -> dict[str, Any]:
    """The inputs of one trial: fractions from a fixed list, each trial and parameter at a place of its own in it; and
    what else a formula may use."""
    rows = ROWS[number]
    trial: dict[str, Any] = {}
    for place, each in enumerate(function.parameters):
        numbers = _numbers(3 * number + 4 * place)
        trial[each.name] = list(islice(numbers, rows)) if each.shape else next(numbers)
    lists = {name for name, value in trial.items() if isinstance(value, list)}
    if "y" in lists:
        trial.setdefault("n", Fraction(rows))
        if "x" in lists and {"w", "b"} <= trial.keys() - lists:
            trial.setdefault("yp", [trial["w"] * x + trial["b"] for x in trial["x"]])
        if isinstance(trial.get("yp"), list):
            trial.setdefault("r", [yp - y for yp, y in zip(trial["yp"], trial["y"], strict=True)])
    return trial


def _truth(reference: Reference, function: Function, trial: Mapping[str, Any]) -> list[Any]:
    """What is right on a trial, as text, an output after the other."""
    own = (trial[each.name] for each in function.parameters)
    given = [
        Array((len(value),), list(map(_exact, value))) if isinstance(value, list) else _exact(value) for value in own
    ]
    found = outputs(Run(reference, NUMBERS).call(function.name, given))
    return [[str(one.value) for one in each.entries] if isinstance(each, Array) else str(each.value) for each in found]


def _exact(value: Fraction) -> Number:
    return Number(value, float(abs(value)))


def _numbers(start: int) -> Iterator[Fraction]:
    while True:
        yield Fraction(STARTS[start % len(STARTS)])
        start += 1


def _mistakes(
    task: str,
    output: int,
    trials: Sequence[Mapping[str, Any]],
    known: Sequence[Hypothesis],
    right: Sequence[Any],
) -> Iterator[dict[str, Any]]:
    """Every known mistake that changes the output, by name, with what it gives on each trial and how it is told."""
    for one in known:
        gives = [_given(task, one.program, output, trial) for trial in trials]
        if gives != right and None not in gives:
            yield {"name": one.names[0], "gives": gives, **_told(one.names[0], task)}


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


def _given(task: str, program: Program, output: int, trial: Mapping[str, Any]) -> Any:
    """One output as text; None where the program has no value, or none that is a fraction (a root)."""
    try:
        return _text(programs.results(task, program, trial)[output])
    except (ZeroDivisionError, TypeError):
        return None


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(entry) for entry in value]
    if not isinstance(value, Fraction | int):
        raise TypeError(value)
    return str(value)
