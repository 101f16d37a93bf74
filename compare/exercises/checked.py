"""An answer checked, whatever it is: functions in a file, recorded losses, or numbers from paper.

Each kind imports what it needs when it is met, so that none pays for another's libraries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from compare import errors
from compare.exercises import Fault
from compare.exercises.findings import ExerciseFinding, Finding
from compare.exercises.revealed import revealed
from compare.exercises.sources import Place
from compare.typed import CODE

if TYPE_CHECKING:
    from compare.exercises.course import Course
    from compare.sandbox.calls import Runner

HISTORIES = (".csv", ".txt", ".log", ".json", ".npy")
PAPER = "values"  # what stands for the answer's name where there is no file


class Checked(NamedTuple):
    """What there is to show: the answer as it was given, its lesson where it has one, where its lines stand, and they
    themselves where it is code."""

    answer: str
    finding: Finding
    where: Callable[[int], Place]
    lesson: str | None = None
    lines: tuple[str, ...] = ()


def in_file(
    answer: str, course: str | None, lesson: str | None, start: Callable[[], AbstractContextManager[Runner]]
) -> Checked:
    """Judge the functions or the losses in the file `answer`; `start` gives the sandbox where there is code to run.

    `course` is a file, `lesson` a name or a file; None is the bundled course, and the course's lesson.
    Raises `InputError` where one of the files cannot be read.
    """
    rules, suffix = _rules(course), Path(answer).suffix.lower()
    if suffix in CODE:
        checked = _code(answer, rules, start)
    elif suffix in HISTORIES:
        checked = _history(answer, rules, lesson)
    else:
        raise Fault("unknown-kind", answer, suffixes=" ".join(CODE + HISTORIES))
    return checked._replace(finding=revealed(checked.finding, rules.reveal))


def on_paper(values: Sequence[str], course: str | None, lesson: str | None) -> Checked:
    """Judge numbers such as "dw=-9.52" for the points of a course, as above.

    Raises `InputError` where they or the lesson cannot be read.
    """
    from compare.exercises.records.paper import diagnose_values
    from compare.lessons import load

    if not lesson:
        raise Fault("values-lesson", PAPER)
    for value in values:
        if not all(value.partition("=")):
            raise Fault("values-form", value)
    known, numbers = load(lesson), dict(value.split("=", 1) for value in values)
    return _alone(PAPER, known.name, diagnose_values(numbers, known, _rules(course)))


def _code(answer: str, rules: Course, start: Callable[[], AbstractContextManager[Runner]]) -> Checked:
    with start() as sandbox:
        from compare.exercises import sources
        from compare.exercises.judge import examine
        from compare.sandbox.run import SandboxError

        source = sources.read(Path(answer))
        try:
            finding = examine(source.text, rules, sandbox)
        except SandboxError as error:
            raise errors.Fault("sandbox", answer, reason=error) from error
        finding = finding._replace(notes=(*source.notes, *finding.notes))
        return Checked(answer, finding, source.place, lines=tuple(source.text.decode(errors="replace").split("\n")))


def _history(answer: str, rules: Course, lesson: str | None) -> Checked:
    from compare.exercises.records import files as histories
    from compare.lessons import load

    known, path = load(lesson or rules.lesson), Path(answer)
    found = histories.examine(path.name, histories.read(path), known, rules)
    return _alone(answer, known.name, (found,))


def _alone(answer: str, lesson: str, exercises: tuple[ExerciseFinding, ...]) -> Checked:
    """What was found without any code."""
    points, of = sum(exercise.points for exercise in exercises), sum(exercise.of for exercise in exercises)
    return Checked(answer, Finding(points, of, exercises), lambda line: Place(None, line), lesson)


def _rules(path: str | None) -> Course:
    from compare.exercises import course

    return course.read(Path(path)) if path else course.read()
