"""What the page's editors ask: the functions of a course, and for a formula what it is judged by on the page itself.

That is fixed inputs, the truth on each, and what each known mistake gives there. All numbers are exact fractions, as
text: "3/4" is what the script reads.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

from compare.exercises.course import OF_COURSE, Course
from compare.exercises.findings import WRONG, ExerciseFinding
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Function, Reference
from compare.exercises.formulas.kinds import NUMBERS
from compare.exercises.formulas.numbers import Number, Undefined
from compare.exercises.formulas.run import Replaced, Run, RunError, outputs
from compare.exercises.formulas.shapes import names_of, output_names
from compare.exercises.reference import prepared, tasks
from compare.exercises.reference.mistakes.edits import edits
from compare.exercises.reference.named import words
from compare.exercises.table import hypotheses, programs
from compare.exercises.table.by_table import is_line
from compare.exercises.table.programs import Program
from compare.exercises.trials.polynomials import polynomial
from compare.reports.answer.mistakes import mistake
from compare.reports.language import LANGUAGES, Messages

ROWS = (1, 2, 2, 3, 5)  # samples of each trial, the smallest first
# The names that a formula may use beside the parameters, in order: each by those before it.
DERIVED = {"n": "len(y)", "yp": "w * x + b", "r": "yp - y"}
EXCHANGED = "outputs-exchanged"
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


class _Known(NamedTuple):
    """A mistake: its name, what it gives on each trial, None where it has no value, and a finding that tells it."""

    name: str
    gives: Sequence[Sequence[Any] | None]
    finding: ExerciseFinding


def _fields(course: Course, function: Function, trials: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    reference = prepared.parsed(course.formulas)
    truths = [_given(reference, function, function.name, trial) or [] for trial in trials]
    known = list(_of_table(function.name, trials) if is_line(course.formulas) else _edited(course, function, trials))
    for at, output in enumerate(output_names(reference, function)):
        expected = [truth[at] for truth in truths]
        yield {
            "key": f"{function.name}-{output}",
            "output": output,
            "trials": [{name: _text(value) for name, value in trial.items()} for trial in trials],
            "expected": expected,
            "mistakes": list(_mistakes(known, at, expected)),
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


def _given(
    reference: Reference, function: Function, runs: str, trial: Mapping[str, Any], replaced: Replaced | None = None
) -> list[Any] | None:
    """What that function of the reference gives on a trial, as text, an output after the other; None where it has no
    value, or none that is a fraction."""
    own = (trial[each.name] for each in function.parameters)
    given = [
        Array((len(value),), list(map(_exact, value))) if isinstance(value, list) else _exact(value) for value in own
    ]
    try:
        found = outputs(Run(reference, NUMBERS, replaced).call(runs, given))
        return [_text(list(each.entries) if isinstance(each, Array) else each) for each in found]
    except (RunError, Undefined, ArithmeticError, TypeError):
        return None


def _exact(value: Fraction) -> Number:
    return Number(value, float(abs(value)))


def _numbers(start: int) -> Iterator[Fraction]:
    while True:
        yield Fraction(STARTS[start % len(STARTS)])
        start += 1


def _of_table(task: str, trials: Sequence[Mapping[str, Any]]) -> Iterator[_Known]:
    """The mistakes of the bundled course's table."""
    for one in hypotheses.of_one(task):
        name = one.names[0]
        gives = [_computed(task, one.program, trial) for trial in trials]
        yield _Known(name, gives, ExerciseFinding(task, WRONG, 0.0, in_loss=(name,) if task == "mse" else ()))


def _computed(task: str, program: Program, trial: Mapping[str, Any]) -> list[Any] | None:
    try:
        return [_text(output) for output in programs.results(task, program, trial)]
    except (ZeroDivisionError, TypeError):
        return None


def _edited(course: Course, function: Function, trials: Sequence[Mapping[str, Any]]) -> Iterator[_Known]:
    """The slips that any formula may have, and the author's."""
    reference = prepared.parsed(course.formulas)
    for edit in edits(reference, function):
        if edit.kind == EXCHANGED:  # which one output alone does not show
            continue
        gives = [_given(reference, function, edit.runs, trial, edit.replaced) for trial in trials]
        told = {edit.name: words(course, reference, function.name, edit)}
        yield _Known(edit.name, gives, ExerciseFinding(function.name, WRONG, 0.0, words=told))


def _mistakes(known: Sequence[_Known], output: int, right: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Every known mistake that changes the output, by name, with what it gives on each trial and how it is told; of
    those that no trial tells apart, the first."""
    seen = [list(right)]
    for one in known:
        gives = [each[output] for each in one.gives if each is not None and len(each) > output]
        if len(gives) == len(right) and gives not in seen:
            seen.append(gives)
            yield {"name": one.name, "gives": gives, **_told(one)}


def _told(known: _Known) -> dict[str, dict[str, str]]:
    """The words of the judge for a mistake: its name as a sentence, how to see it, what to try."""
    told: dict[str, dict[str, str]] = {"said": {}, "see": {}, "attempt": {}}
    for language in LANGUAGES:
        say, page = Messages("check", language), Messages("page", language)
        named = mistake(known.name, known.finding, "name", say)
        told["said"][language] = page("exercises.named", name=named)
        told["see"][language] = mistake(known.name, known.finding, "see", say)
        told["attempt"][language] = mistake(known.name, known.finding, "try", say)
    return told


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(entry) for entry in value]
    exactly = value.value if isinstance(value, Number) else value
    if not isinstance(exactly, Fraction | int):
        raise TypeError(value)
    return str(exactly)
