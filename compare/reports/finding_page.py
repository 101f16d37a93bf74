"""A finding as a page of its own, in the kit's look: one file, no script, no network. All text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from compare.exercises.findings import RIGHT, UNCHECKED, ExerciseFinding, Finding
from compare.reports.differences import Part
from compare.reports.explained import explained, failed, noted, summary
from compare.reports.language import Messages
from compare.reports.places import WhereIs

if TYPE_CHECKING:
    from jinja2 import Template

LOOKS = {RIGHT: "good", UNCHECKED: "unsure"}  # any other verdict: bad


class Shown(NamedTuple):
    """One exercise with its sentences."""

    exercise: ExerciseFinding
    look: str
    summary: str
    parts: list[Part]


def page(
    heading: str, finding: Finding, say: Messages, where: WhereIs, notes: Sequence[str] = (),
    adjusted: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """The page as text: an exercise after the other, each with its verdict, its points and what was found.

    Of an answer that could not be run, why; `heading` is its name then. `notes` stand before everything else, what was
    `adjusted` by hand below its exercise.
    """
    exercises = []
    for exercise in finding.exercises:
        by_hand = [Part("note", text) for name, text in adjusted if name == exercise.name]
        parts = [*explained(exercise, say, where), *by_hand]
        exercises.append(Shown(exercise, LOOKS.get(exercise.verdict, "bad"), summary(exercise, say), parts))
    failures = [failed(heading, finding.failure, say, where)] if finding.failure else []
    told = [*notes, *failures, *noted(finding, say, where)]
    return _template().render(heading=heading, finding=finding, notes=told, exercises=exercises, say=say)


@cache
def _template() -> Template:
    from compare.reports.templating import environment  # not where only JSON is written, and Jinja may not be there

    return environment().get_template("finding.html")
