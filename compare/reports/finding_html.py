"""A finding as a table for a notebook. All text is escaped, whoever wrote it.

A notebook brings a style sheet of its own (JupyterLab floats the terms of a `<dl>`, stripes rows, aligns cells to the
right), in light and in dark. So the markup is tables alone, and every style that matters stands in the element.
"""

from html import escape

from compare.exercises.findings import ExerciseFinding, Finding
from compare.reports.explained import explained, noted, summary
from compare.reports.language import Messages
from compare.reports.places import WhereIs

COLUMNS = ("exercise", "verdict", "points", "found")
# White on these grounds has a contrast above 4.5 : 1, whatever the notebook's theme.
GROUNDS = {"right": "#11602a", "wrong": "#a8231b", "unchecked": "#744700"}
LEFT = "text-align: left; vertical-align: top; white-space: normal; max-width: none"
VERDICT = "color: #fff; background: {}; padding: 0 0.4em; border-radius: 0.3em; white-space: nowrap"


def table(heading: str, finding: Finding, say: Messages, where: WhereIs) -> str:
    """One row an exercise; what was found is a list of labelled sentences."""
    head = "".join(f'<th scope="col" style="{LEFT}">{escape(say(f"column.{column}"))}</th>' for column in COLUMNS)
    rows = "".join(_row(exercise, say, where) for exercise in finding.exercises)
    caption = f'<caption style="{LEFT}">{escape(heading)}</caption>'
    notes = "".join(f"<p>{escape(sentence)}</p>" for sentence in noted(finding, say, where))
    return f'{notes}<table lang="{say.language}">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> str:
    look = VERDICT.format(GROUNDS[exercise.verdict])
    verdict = f'<b style="{look}">{escape(say(f"verdict.{exercise.verdict}"))}</b>'
    points = escape(say("found.points", points=f"{exercise.points:g}", of=f"{exercise.of:g}"))
    cells = (verdict, points, escape(summary(exercise, say)) + _parts(exercise, say, where))
    name = f'<th scope="row" style="{LEFT}"><code>{escape(exercise.name)}</code></th>'
    columns = "".join(f'<td style="{LEFT}">{cell}</td>' for cell in cells)
    return f"<tr>{name}{columns}</tr>"


def _parts(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> str:
    parts = explained(exercise, say, where)
    lines = (
        f'<tr style="background: none"><th scope="row" style="{LEFT}; white-space: nowrap">'
        f'{escape(say(f"label.{part.kind}"))}</th><td style="{LEFT}">{escape(part.text)}</td></tr>'
        for part in parts
    )
    return (
        f'<table style="margin: 0.3em 0 0; border: 0; table-layout: auto"><tbody>{"".join(lines)}</tbody></table>'
        if parts
        else ""
    )
