"""Write a template for your answers: one function an exercise, with its task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.reports.language import LANGUAGES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="answers.py", help="the file to write (default: answers.py)")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language (default: that of your locale)")


def run(arguments: Namespace) -> int:
    """Write the template. Raises `InputError` where the file is there already or cannot be written."""
    from pathlib import Path

    from compare import typed
    from compare.errors import InputError, not_written
    from compare.exercises.template import template
    from compare.reports.language import Messages, reader_language

    language = arguments.lang or reader_language()
    say, path = Messages("check", language), Path(arguments.file)
    command = typed.command("check", path)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template(language, command))
    except FileExistsError:
        raise InputError(say("new.exists", file=path)) from None
    except OSError as error:
        raise not_written(path, error) from None
    print(say("new.written", file=path, command=command))
    return 0
