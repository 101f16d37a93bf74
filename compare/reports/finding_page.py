"""A finding as a page of its own, in the kit's look: one file, no script, no network. All text is escaped."""

from typing import NamedTuple

from compare.exercises.findings import RIGHT, UNCHECKED, ExerciseFinding, Finding
from compare.reports.differences import Part
from compare.reports.explained import explained, failed, noted, summary
from compare.reports.language import Messages
from compare.reports.places import WhereIs
from compare.reports.templating import environment

LOOKS = {RIGHT: "good", UNCHECKED: "unsure"}  # any other verdict: bad


class Shown(NamedTuple):
    """One exercise with its sentences."""

    exercise: ExerciseFinding
    look: str
    summary: str
    parts: list[Part]


def page(heading: str, finding: Finding, say: Messages, where: WhereIs) -> str:
    """The page as text: an exercise after the other, each with its verdict, its points and what was found.

    Of an answer that could not be run, why; `heading` is its name then.
    """
    exercises = [
        Shown(exercise, LOOKS.get(exercise.verdict, "bad"), summary(exercise, say), explained(exercise, say, where))
        for exercise in finding.exercises
    ]
    failures = [failed(heading, finding.failure, say, where)] if finding.failure else []
    template = environment(say=say).get_template("finding.html")
    return template.render(
        heading=heading, finding=finding, notes=failures + noted(finding, say, where), exercises=exercises
    )
