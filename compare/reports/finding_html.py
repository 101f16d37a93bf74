"""A finding as a table for a notebook. All text is escaped, whoever wrote it."""

from html import escape

from compare.exercises.findings import ExerciseFinding, Finding
from compare.reports.explained import explained, noted, summary
from compare.reports.language import Messages
from compare.reports.places import WhereIs

COLUMNS = ("exercise", "verdict", "points", "found")
COLOURS = {"right": "#1a7f37", "wrong": "#cf222e", "unchecked": "#9a6700"}
LEFT = "text-align: left; vertical-align: top"


def table(heading: str, finding: Finding, say: Messages, where: WhereIs) -> str:
    """One row an exercise; what was found is a list of labelled sentences."""
    head = "".join(f'<th scope="col" style="{LEFT}">{escape(say(f"column.{column}"))}</th>' for column in COLUMNS)
    rows = "".join(_row(exercise, say, where) for exercise in finding.exercises)
    caption = f'<caption style="{LEFT}">{escape(heading)}</caption>'
    notes = "".join(f"<p>{escape(sentence)}</p>" for sentence in noted(finding, say, where))
    return f'{notes}<table lang="{say.language}">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> str:
    verdict = f'<b style="color: {COLOURS[exercise.verdict]}">{escape(say(f"verdict.{exercise.verdict}"))}</b>'
    points = escape(say("found.points", points=f"{exercise.points:g}", of=f"{exercise.of:g}"))
    cells = (verdict, points, escape(summary(exercise, say)) + _parts(exercise, say, where))
    name = f'<th scope="row" style="{LEFT}"><code>{escape(exercise.name)}</code></th>'
    columns = "".join(f'<td style="{LEFT}">{cell}</td>' for cell in cells)
    return f"<tr>{name}{columns}</tr>"


def _parts(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> str:
    parts = explained(exercise, say, where)
    lines = (f"<dt><b>{escape(say(f'label.{part.kind}'))}</b></dt><dd>{escape(part.text)}</dd>" for part in parts)
    return f'<dl style="margin: 0">{"".join(lines)}</dl>' if parts else ""
