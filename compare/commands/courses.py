"""List the bundled courses: their names for --course, and what they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.reports.language import Messages

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from compare.exercises.course import Course


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print them as one JSON object")


def run(arguments: Namespace) -> int:
    """Print name, title and exercises of each. Returns the exit code."""
    import json

    from compare import typed
    from compare.exercises import course
    from compare.reports.terminal import COLUMNS, wrapped

    say = Messages("derivation", arguments.lang)
    known = {name: course.read(path) for name, path in course.bundled().items()}
    if arguments.json:
        listed = {name: {"title": one.title, "exercises": dict(one.points)} for name, one in known.items()}
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    for name, one in known.items():
        own = one.texts.get(say.language, {}).get(course.OF_COURSE, {}).get("title")
        print(say("courses.one", name=name, title=own or one.title or say("courses.line")))
        print("\n".join(f"    {line}" for line in wrapped(", ".join(one.points), COLUMNS - 4)))
    command = f"{typed.program()} new answers.py --course {name}"
    print("\n".join(wrapped(say("courses.use", command=command), COLUMNS)))
    return 0


def asked(file: object) -> Course:
    """The course that `--course` names, the bundled one where it names none, its derivation verified."""
    from pathlib import Path

    from compare.exercises import course
    from compare.exercises.reference import derivation

    found = course.read(Path(str(file))) if file else course.read()
    derivation.verify(found.formulas, tuple(found.points), found.seed)
    return found
