"""A finding as a page of its own, in the kit's look: one file, no script, no network. All text is escaped."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from compare.exercises.findings import RIGHT, UNCHECKED, WRONG, ExerciseFinding, Finding
from compare.reports.differences import Part
from compare.reports.explained import explained, failed, noted, summary
from compare.reports.finding_picture import picture
from compare.reports.language import Messages
from compare.reports.places import WhereIs

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

LOOKS = {RIGHT: "good", UNCHECKED: "unsure"}  # any other verdict: bad


ORDER = (WRONG, UNCHECKED, RIGHT)
MOST_LINES = 16  # of a function


class Written(NamedTuple):
    """A line of the answer, and whether it is the one at fault."""

    number: int
    text: str
    marked: bool


class Shown(NamedTuple):
    """One exercise with its sentences."""

    exercise: ExerciseFinding
    look: str
    summary: str
    parts: list[Part]
    picture: Markup
    code: list[Written]


def page(
    heading: str, finding: Finding, say: Messages, where: WhereIs, notes: Sequence[str] = (),
    adjusted: Sequence[tuple[str, str]] = (), lines: Sequence[str] = (),
) -> str:  # fmt: skip
    """The page as text: an exercise after the other, those that are wrong first, each with its verdict, its points, a
    picture of its example, its function as it stands in `lines`, the answer's own, and what was found.

    Of an answer that could not be run, why; `heading` is its name then. `notes` stand before everything else, what was
    `adjusted` by hand below its exercise.
    """
    exercises, functions = [], _functions(lines)
    for exercise in sorted(finding.exercises, key=lambda one: ORDER.index(one.verdict)):
        by_hand = [Part("note", text) for name, text in adjusted if name == exercise.name]
        parts = [*explained(exercise, say, where), *by_hand]
        code = [] if exercise.verdict == RIGHT else list(_written(exercise, lines, functions, where))
        look = LOOKS.get(exercise.verdict, "bad")
        exercises.append(Shown(exercise, look, summary(exercise, say), parts, picture(exercise, say), code))
    failures = [failed(heading, finding.failure, say, where)] if finding.failure else []
    told = [*notes, *failures, *noted(finding, say, where)]
    return _template().render(heading=heading, finding=finding, notes=told, exercises=exercises, say=say)


def _functions(lines: Sequence[str]) -> dict[str, range]:
    """Where each function of the top level stands, counted from 1; none where Python cannot read the answer."""
    try:
        nodes = ast.parse("\n".join(lines)).body
    except Exception:  # whatever is wrong with it has been told
        return {}
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef))
    return {node.name: range(node.lineno, (node.end_lineno or node.lineno) + 1) for node in functions}


def _written(
    exercise: ExerciseFinding, lines: Sequence[str], functions: Mapping[str, range], where: WhereIs
) -> Iterator[Written]:
    """The function of the exercise, as far as there is room, with the line at fault; else that line alone."""
    line = exercise.line if exercise.line is not None and exercise.line <= len(lines) else None
    span = functions.get(exercise.name, range(line, line + 1) if line else range(0))
    first = max(span.start, min(line or span.start, span.stop) - MOST_LINES // 2)
    for number in range(first, min(span.stop, first + MOST_LINES)):
        yield Written(where(number).line, lines[number - 1], number == line)


@cache
def _template() -> Template:
    from compare.reports.templating import environment  # not where only JSON is written, and Jinja may not be there

    return environment().get_template("finding.html")
