"""Check your answers: which step is wrong, why, and the smallest example that shows it.

Takes answers as functions (.py, .ipynb), a recorded history of losses (.csv, .json, .npy), or numbers from paper.
Exit codes: 0 all right, 1 something is wrong or unchecked, 2 the file cannot be read or run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence
    from pathlib import Path

    from compare.exercises.course import Course
    from compare.exercises.findings import ExerciseFinding, Finding
    from compare.reports.explained import WhereIs
    from compare.reports.language import Messages
    from compare.sandbox.run import Sandbox

CODE = (".py", ".ipynb")
HISTORIES = (".csv", ".json", ".npy")
PAPER = "values"  # what stands for the answer's name where there is no file


class Checked(NamedTuple):
    """What there is to show: the answer as it was given, its lesson where it has one, where its lines stand."""

    answer: str
    finding: Finding
    where: WhereIs
    lesson: str | None = None


_begun: list[Sandbox] = []  # at most one, not yet used


def begin(given: Sequence[str]) -> None:
    """Start the sandbox's interpreter where there is code to check: we read and compute while it comes up."""
    if not _begun and any(argument.lower().endswith(CODE) for argument in given):
        from compare.sandbox.run import Sandbox

        _begun.append(Sandbox())


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "answer", nargs="?", help="a .py or .ipynb with functions, or a .csv, .json or .npy with losses"
    )
    parser.add_argument("--course", metavar="FILE", help="a TOML file with the course's exercises, points and limits")
    parser.add_argument("--lesson", metavar="NAME", help="the lesson that the losses or values belong to")
    parser.add_argument("--values", nargs="+", metavar="NAME=NUMBER", help="numbers from paper, such as dw=-9.52 db=1")
    parser.add_argument("--lang", choices=("en", "ko"), help="the language (default: that of your locale)")
    parser.add_argument("--json", action="store_true", help="print the finding as one JSON object")
    parser.add_argument("--page", metavar="FILE", help="write the finding as an HTML page, too")


def run(arguments: Namespace) -> int:
    """Print the finding. Returns the exit code."""
    from compare.errors import InputError

    try:
        checked = _checked(arguments)
    except InputError as error:
        return _refuse(arguments, error)
    return _show(checked, arguments)


def _checked(arguments: Namespace) -> Checked:
    from pathlib import Path

    from compare.exercises.faults import Fault

    if arguments.values:
        return _paper(arguments)
    if not arguments.answer:
        raise Fault("nothing", "check")
    path = Path(arguments.answer)
    if path.suffix.lower() in CODE:
        return _code(path, arguments)
    if path.suffix.lower() in HISTORIES:
        return _history(path, arguments)
    raise Fault("unknown-kind", path, suffixes=" ".join(CODE + HISTORIES))


def _code(path: Path, arguments: Namespace) -> Checked:
    with _sandbox() as sandbox:
        from compare.exercises import sources
        from compare.exercises.judge import examine
        from compare.exercises.revealed import revealed

        rules = _rules(arguments)
        source = sources.read(path)
        finding = examine(source.text, rules, sandbox)
        return Checked(arguments.answer, revealed(finding, rules.reveal), source.place)


def _sandbox() -> Sandbox:
    from compare.sandbox.run import Sandbox

    return _begun.pop() if _begun else Sandbox()


def _history(path: Path, arguments: Namespace) -> Checked:
    from compare.exercises import histories
    from compare.exercises.revealed import revealed
    from compare.lessons import load

    rules = _rules(arguments)
    lesson = load(arguments.lesson or rules.lesson)
    found = histories.examine(path.name, histories.read(path), lesson, rules.history_points)
    checked = _alone(arguments.answer, lesson.name, (found,))
    return checked._replace(finding=revealed(checked.finding, rules.reveal))


def _paper(arguments: Namespace) -> Checked:
    from compare.exercises.faults import Fault
    from compare.exercises.paper import diagnose_values
    from compare.lessons import load

    if arguments.answer:
        raise Fault("values-and-file", arguments.answer)
    if not arguments.lesson:
        raise Fault("values-lesson", "check")
    for value in arguments.values:
        if not all(value.partition("=")):
            raise Fault("values-form", value)
    lesson = load(arguments.lesson)
    values = dict(value.split("=", 1) for value in arguments.values)
    return _alone(PAPER, lesson.name, diagnose_values(values, lesson))


def _alone(answer: str, lesson: str, exercises: tuple[ExerciseFinding, ...]) -> Checked:
    """What was found without any code."""
    from compare.exercises.findings import Finding
    from compare.exercises.sources import Place

    points, of = sum(exercise.points for exercise in exercises), sum(exercise.of for exercise in exercises)
    return Checked(answer, Finding(points, of, exercises), lambda line: Place(None, line), lesson)


def _rules(arguments: Namespace) -> Course:
    from pathlib import Path

    from compare.exercises import course

    return course.read(Path(arguments.course)) if arguments.course else course.read()


def _show(checked: Checked, arguments: Namespace) -> int:
    from compare.reports.explained import failed

    say, failure = _messages(arguments), checked.finding.failure
    if failure is not None:
        return _fail(arguments, failed(checked.answer, failure, say, checked.where))
    if arguments.page:
        _write_page(checked, arguments.page, say)
    if arguments.json:
        from compare.reports.finding_json import as_json

        _print_json(as_json(checked.answer, checked.finding, say, checked.where))
    else:
        _print_text(checked, say)
    return 0 if checked.finding.all_right else 1


def _print_text(checked: Checked, say: Messages) -> None:
    import os
    import sys

    from compare.reports.finding import text

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    print(text(_heading(checked, say), checked.finding, say, checked.where, colour))


def _write_page(checked: Checked, file: str, say: Messages) -> None:
    from pathlib import Path

    from compare.errors import InputError
    from compare.reports.finding_page import page

    try:
        Path(file).write_text(page(_heading(checked, say), checked.finding, say, checked.where), encoding="utf-8")
    except OSError as error:
        raise InputError(say("new.fault", file=file, reason=error.strerror)) from None


def _heading(checked: Checked, say: Messages) -> str:
    if checked.lesson is not None:
        return say(
            "heading.lesson" if checked.answer != PAPER else "heading.values",
            answer=checked.answer,
            lesson=checked.lesson,
        )
    points, of = f"{checked.finding.points:g}", f"{checked.finding.of:g}"
    return say("heading.points", answer=checked.answer, points=points, of=of)


def _refuse(arguments: Namespace, error: Exception) -> int:
    from compare.exercises.faults import Fault

    return _fail(arguments, error.text(_messages(arguments).language) if isinstance(error, Fault) else str(error))


def _fail(arguments: Namespace, why: str) -> int:
    """The answer as a whole cannot be checked: one line, or one JSON object, and exit code 2."""
    import sys

    if arguments.json:
        _print_json({"answer": arguments.answer or PAPER, "error": why})
    else:
        print(why, file=sys.stderr)
    return 2


def _print_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))


def _messages(arguments: Namespace) -> Messages:
    from compare.reports.language import Messages, reader_language

    return Messages("check", arguments.lang or reader_language())
