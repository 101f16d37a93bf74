"""Write a template for your answers: one function an exercise, with its task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.reports.language import Messages

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="answers.py", help="the file to write (default: answers.py)")
    parser.add_argument("--course", metavar="FILE", help="a course's TOML file, or the name of a bundled course")


def run(arguments: Namespace) -> int:
    """Write the template. Raises `InputError` where the file is there already or cannot be written."""
    from pathlib import Path

    from compare import typed
    from compare.commands.courses import asked
    from compare.errors import InputError, writing
    from compare.exercises.reference import tasks

    say, path = Messages("check", arguments.lang), Path(arguments.file)
    rules = asked(arguments.course)
    command = typed.command("check", path)
    if arguments.course:
        command = f"{typed.program()} check {arguments.file} --course {arguments.course}"
    with writing(path):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(tasks.template(rules, arguments.lang, command))
        except FileExistsError:
            raise InputError(say("new.exists", file=path)) from None
    print(say("new.written", file=path, command=command))
    return 0
