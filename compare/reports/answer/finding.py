"""A finding for a terminal, as wide as that is and Hangul counted as two; as JSON; as a notebook's table."""

from html import escape
from typing import Any

from compare.exercises.checked import PAPER, Checked
from compare.exercises.findings import RIGHT, UNCHECKED, WRONG, Counterexample, ExerciseFinding, Finding
from compare.reports.answer import WhereIs
from compare.reports.answer.explained import explained, noted, summary
from compare.reports.language import Messages
from compare.reports.terminal import COLUMNS, WIDEST, padded, width, wrapped

COLOURS = {RIGHT: "32", WRONG: "31", UNCHECKED: "33", "label": "2"}  # of ANSI: green, red, yellow, faint
CELLS = ("exercise", "verdict", "points", "found")
# White on these grounds has a contrast above 4.5 : 1, whatever the notebook's theme.
GROUNDS = {"right": "#11602a", "wrong": "#a8231b", "unchecked": "#744700"}
LEFT = "text-align: left; vertical-align: top; white-space: normal; max-width: none"
VERDICT = "color: #fff; background: {}; padding: 0 0.4em; border-radius: 0.3em; white-space: nowrap"


def heading(checked: Checked, say: Messages) -> str:
    """What stands above a finding: the answer as it was given, with its lesson; or with its points, and that everybody
    has the same inputs."""
    if checked.finding.failure is not None:
        return checked.answer
    if checked.lesson is not None:
        kind = "values" if checked.answer == PAPER else "lesson"
        return say(f"heading.{kind}", answer=checked.answer, lesson=checked.lesson)
    points, of = f"{checked.finding.points:g}", f"{checked.finding.of:g}"
    return f"{say('heading.points', answer=checked.answer, points=points, of=of)} {say('heading.practice')}"


def text(
    heading: str, finding: Finding, say: Messages, where: WhereIs, colour: bool = False, columns: int = COLUMNS
) -> str:
    """The whole finding, an exercise after the other, each line at most `columns` wide. Ends without a line end."""
    columns = min(columns, WIDEST)
    names = max((width(exercise.name) for exercise in finding.exercises), default=0)
    noted_lines = [line for sentence in noted(finding, say, where) for line in wrapped(sentence, columns)]
    lines = [heading, "", *noted_lines, *[""] * bool(noted_lines)]
    for exercise in finding.exercises:
        lines += _exercise(exercise, names, say, where, colour, columns)
    return "\n".join(lines)


def _exercise(
    exercise: ExerciseFinding, names: int, say: Messages, where: WhereIs, colour: bool, columns: int
) -> list[str]:
    verdict = say(f"verdict.{exercise.verdict}")
    words = max(width(say(f"verdict.{each}")) for each in COLOURS if each != "label")
    points = say("found.points", points=f"{exercise.points:g}", of=f"{exercise.of:g}")
    title = f"{padded(exercise.name, names)}  {_painted(padded(verdict, words), exercise.verdict, colour)}  {points}"
    found = summary(exercise, say)
    fits = names + words + width(points) + width(found) + 6 <= columns
    below = [f"    {line}" for line in wrapped(found, columns - 4)]
    titles = [f"{title}  {found}".rstrip()] if fits else [title, *below]
    return [*titles, *_parts(exercise, say, where, colour, columns)]


def _parts(exercise: ExerciseFinding, say: Messages, where: WhereIs, colour: bool, columns: int) -> list[str]:
    parts = [(say(f"label.{part.kind}"), part.text) for part in explained(exercise, say, where)]
    labels = max((width(label) for label, _ in parts), default=0)
    lines, before = [], ""
    for label, sentence in parts:
        for line in wrapped(sentence, columns - labels - 6):
            shown = padded("" if label == before else label, labels)
            lines.append(f"    {_painted(shown, 'label', colour)}  {line}")
            before = label
    return [*lines, ""] if lines else []


def _painted(text: str, kind: str, colour: bool) -> str:
    return f"\x1b[{COLOURS[kind]}m{text}\x1b[0m" if colour and text.strip() else text


def as_json(answer: str, finding: Finding, say: Messages, where: WhereIs) -> dict[str, Any]:
    """The finding as JSON's own types; every exercise of the course is in it. `notes` and the hash of the `reference`
    stand there only where there are any."""
    exercises = [exercise_json(exercise, say, where) for exercise in finding.exercises]
    more: dict[str, Any] = {"notes": noted(finding, say, where)} if finding.notes else {}
    more |= {"reference": finding.reference} if finding.reference else {}
    return {"answer": answer, "points": float(finding.points), "of": float(finding.of), "exercises": exercises, **more}


def exercise_json(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> dict[str, Any]:
    """One exercise; `counterexample` is null where there is none."""
    return {
        "name": exercise.name,
        "verdict": exercise.verdict,
        "points": float(exercise.points),
        "of": float(exercise.of),
        "mistakes": list(exercise.mistakes),
        "counterexample": _example(exercise.counterexample),
        "message": message(exercise, say, where),
    }


def message(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> str:
    """What there is to say about the exercise, a line a part; its verdict where nothing more is shown."""
    parts = [f"{say(f'label.{part.kind}')}: {part.text}" for part in explained(exercise, say, where)]
    return "\n".join(filter(None, [summary(exercise, say), *parts])) or say(f"verdict.{exercise.verdict}")


def _example(example: Counterexample | None) -> dict[str, Any] | None:
    return example and {**example.inputs, "given": example.given, "expected": example.expected}


def table(heading: str, finding: Finding, say: Messages, where: WhereIs) -> str:
    """One row an exercise; what was found is a list of labelled sentences. All text is escaped, whoever wrote it.

    A notebook brings a style sheet of its own (JupyterLab floats the terms of a `<dl>`, stripes rows, aligns cells to
    the right), in light and in dark. So the markup is tables alone, and every style that matters stands in the element.
    """
    head = "".join(f'<th scope="col" style="{LEFT}">{escape(say(f"column.{column}"))}</th>' for column in CELLS)
    rows = "".join(_row(exercise, say, where) for exercise in finding.exercises)
    caption = f'<caption style="{LEFT}">{escape(heading)}</caption>'
    notes = "".join(f"<p>{escape(sentence)}</p>" for sentence in noted(finding, say, where))
    return f'{notes}<table lang="{say.language}">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> str:
    look = VERDICT.format(GROUNDS[exercise.verdict])
    verdict = f'<b style="{look}">{escape(say(f"verdict.{exercise.verdict}"))}</b>'
    points = escape(say("found.points", points=f"{exercise.points:g}", of=f"{exercise.of:g}"))
    cells = (verdict, points, escape(summary(exercise, say)) + _list(exercise, say, where))
    name = f'<th scope="row" style="{LEFT}"><code>{escape(exercise.name)}</code></th>'
    columns = "".join(f'<td style="{LEFT}">{cell}</td>' for cell in cells)
    return f"<tr>{name}{columns}</tr>"


def _list(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> str:
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
