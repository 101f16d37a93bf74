"""Write a template for your answers: one function an exercise, with its task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.reports.language import LANGUAGES, Messages, reader_language

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="answers.py", help="the file to write (default: answers.py)")
    parser.add_argument("--course", metavar="FILE", help="a course's TOML file, or the name of a bundled course")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language (default: that of your locale)")


def run(arguments: Namespace) -> int:
    """Write the template. Raises `InputError` where the file is there already or cannot be written."""
    from pathlib import Path

    from compare import typed
    from compare.errors import InputError, writing
    from compare.exercises import course
    from compare.exercises.reference import derivation, tasks

    language = arguments.lang or reader_language()
    say, path = Messages("check", language), Path(arguments.file)
    rules = course.read(Path(arguments.course)) if arguments.course else course.read()
    derivation.verify(rules.formulas, tuple(rules.points), rules.seed)
    command = typed.command("check", path)
    if arguments.course:
        command = f"{typed.program()} check {arguments.file} --course {arguments.course}"
    with writing(path):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(tasks.template(rules, language, command))
        except FileExistsError:
            raise InputError(say("new.exists", file=path)) from None
    print(say("new.written", file=path, command=command))
    return 0
