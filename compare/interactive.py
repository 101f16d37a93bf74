"""`check` for a notebook or the Python prompt: functions and losses as they are, judged in the reader's own kernel.

check(gradients)                        a function, by its own name
check(gradients=f, train=g)             functions of other names
check(gradient, course="logistic")      of another course: a bundled one's name, or a file
check.history(hist, lesson="hours-ability")
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from compare import errors
from compare.errors import InputError
from compare.exercises import Fault
from compare.exercises.findings import Finding
from compare.exercises.sources import Place
from compare.reports.language import Messages, reader_language


class Result:
    """A finding: a table in Jupyter, text elsewhere."""

    def __init__(self, heading: str, finding: Finding, say: Messages) -> None:
        self.finding = finding
        self._heading, self._say = heading, say

    def __repr__(self) -> str:
        from compare.reports.answer.finding import text

        return text(self._heading, self.finding, self._say, _where)

    def _repr_html_(self) -> str:
        from compare.reports.answer.finding import table

        return table(self._heading, self.finding, self._say, _where)


class Check:
    """Judges functions or losses. The language is that of the locale, or `check.language`, "en" or "ko"."""

    def __init__(self) -> None:
        self.language = reader_language()

    def __call__(
        self, *functions: Callable[..., Any], course: str | Path | None = None, **named: Callable[..., Any]
    ) -> Result:
        """Judge functions that are named after their exercises, or are given by those names.

        Raises `InputError` where a name is not that of an exercise, where there is no function, or where the course
        cannot be read.
        """
        from compare.exercises.course import BUNDLED, read
        from compare.exercises.judge import examine
        from compare.exercises.kernel import Kernel

        with self._in_words():
            rules = read(Path(course) if course else BUNDLED)
            given = _by_exercise(functions, named, tuple(rules.points))
        asked = rules._replace(points={name: points for name, points in rules.points.items() if name in given})
        say = Messages("check", self.language)
        finding = examine(b"", asked, Kernel(given))
        return Result(say("heading.calls"), finding, say)

    def history(self, hist: Any, lesson: str) -> Result:
        """Judge the recorded losses of a lesson: a list or an array of them, or of rows of an epoch and a loss.

        Raises `InputError` where `hist` or the lesson cannot be read.
        """
        from compare.exercises import course
        from compare.exercises.records import files as histories
        from compare.lessons import load

        say = Messages("check", self.language)
        with self._in_words():
            known = load(lesson)
            found = histories.examine("hist", histories.from_values(hist), known, course.read())
        heading = say("heading.lesson", answer="hist", lesson=known.name)
        return Result(heading, Finding(found.points, found.of, (found,)), say)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """What cannot be read is said in the reader's language."""
        try:
            yield
        except errors.Fault as fault:
            raise InputError(fault.text(self.language)) from None


def _by_exercise(functions: tuple[Any, ...], named: dict[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    given = {getattr(function, "__name__", repr(function)): function for function in functions} | named
    for name, function in given.items():
        if name not in known or not callable(function):
            raise Fault("not-exercise", name, known=", ".join(known))
    if not given:
        raise Fault("nothing-given", "check")
    return given


def _where(line: int) -> Place:
    """In a cell, of which no number is known but that there is one."""
    return Place(0, line)
