"""Check your answers: which step is wrong, why, and the smallest example that shows it.

Takes answers as functions (.py, .ipynb), a recorded history of losses (.csv, .json, .npy), or numbers from paper.
Exit codes: 0 all right, 1 something is wrong or unchecked, 2 the file cannot be read or run.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from compare.typed import CODE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from compare.exercises.checked import Checked
    from compare.reports.language import Messages
    from compare.sandbox.run import Sandbox
    from compare.sandbox.unisolated import Unisolated

_begun: list[Sandbox | Unisolated] = []  # at most one, not yet used


def begin(given: Sequence[str]) -> None:
    """Start the sandbox's interpreter where there is code to check: we read and compute while it comes up."""
    if not _begun and any(argument.lower().endswith(CODE) for argument in given):
        _begun.append(_started())


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "answer", nargs="?", help="a .py or .ipynb with functions, or a .csv, .json or .npy with losses"
    )
    parser.add_argument("--course", metavar="FILE", help="a course's TOML file, or the name of a bundled course")
    parser.add_argument("--lesson", metavar="NAME", help="the lesson that the losses or values belong to")
    parser.add_argument("--values", nargs="+", metavar="NAME=NUMBER", help="numbers from paper, such as dw=-9.52 db=1")
    parser.add_argument("--json", action="store_true", help="print the finding as one JSON object")
    parser.add_argument("--page", metavar="FILE", help="write the finding as an HTML page, too")


def run(arguments: Namespace) -> int:
    """Print the finding. Returns the exit code."""
    from compare.errors import InputError
    from compare.reports.language import Messages

    say = Messages("check", arguments.lang)  # read while the sandbox's interpreter starts
    try:
        checked = _checked(arguments)
    except InputError as error:
        return _fail(arguments, error.text(say.language))
    return _show(checked, arguments, say)


def _checked(arguments: Namespace) -> Checked:
    from compare.exercises import Fault, checked

    if arguments.values and arguments.answer:
        raise Fault("values-and-file", arguments.answer)
    if arguments.values:
        return checked.on_paper(arguments.values, arguments.course, arguments.lesson)
    if not arguments.answer:
        raise Fault("nothing", "check")

    def sandbox() -> Sandbox | Unisolated:
        return _begun.pop() if _begun else _started()

    return checked.in_file(arguments.answer, arguments.course, arguments.lesson, sandbox)


def _started() -> Sandbox | Unisolated:
    """A sandbox that is starting; where there can be none, the reader's own file runs without."""
    from compare.sandbox.start import can_isolate, spawn

    if can_isolate():
        spawned = spawn()  # before even what speaks with it is imported
        from compare.sandbox.run import Sandbox

        return Sandbox(spawned=spawned)
    from compare.sandbox.unisolated import Unisolated

    return Unisolated()


def _say_that_it_is_unisolated(answer: str, say: Messages) -> None:
    from compare.sandbox.start import can_isolate

    if answer.lower().endswith(CODE) and not can_isolate():
        print(say("unisolated"), file=sys.stderr)


def _show(checked: Checked, arguments: Namespace, say: Messages) -> int:
    from compare.reports.answer.explained import failed
    from compare.reports.answer.finding import as_json, heading, text
    from compare.reports.terminal import columns

    failure = checked.finding.failure
    _say_that_it_is_unisolated(checked.answer, say)
    if arguments.page:
        _write_page(checked, arguments.page, say)
    if failure is not None:
        return _fail(arguments, failed(checked.answer, failure, say, checked.where))
    if arguments.json:
        _print_json(as_json(checked.answer, checked.finding, say, checked.where))
    else:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        print(text(heading(checked, say), checked.finding, say, checked.where, colour, columns(sys.stdout)))
    return 0 if checked.finding.all_right else 1


def _write_page(checked: Checked, file: str, say: Messages) -> None:
    from pathlib import Path

    from compare.errors import writing
    from compare.reports.answer.finding import heading
    from compare.reports.answer.page import page

    named = checked._replace(answer=Path(checked.answer).name)  # a path is nobody's title
    text = page(heading(named, say), checked.finding, say, checked.where, lines=checked.lines)
    with writing(file):
        Path(file).write_text(text, encoding="utf-8")


def _fail(arguments: Namespace, why: str) -> int:
    """The answer as a whole cannot be checked: one line, or one JSON object, and exit code 2."""
    from compare.exercises.checked import PAPER

    if arguments.json:
        _print_json({"answer": arguments.answer or PAPER, "error": why})
    else:
        print(why, file=sys.stderr)
    return 2


def _print_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))
