"""A finding as a page of its own, in the kit's look: one file, no script, no network. All text is escaped."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from compare.exercises.findings import RIGHT, UNCHECKED, WRONG, ExerciseFinding, Finding
from compare.reports.answer import Part, WhereIs
from compare.reports.answer.differences import number
from compare.reports.answer.explained import explained, failed, noted, summary
from compare.reports.language import Messages

if TYPE_CHECKING:
    from jinja2 import Template

LOOKS = {RIGHT: "good", UNCHECKED: "unsure"}  # any other verdict: bad


ORDER = (WRONG, UNCHECKED, RIGHT)
MOST_LINES = 16  # of a function
# Of a picture:
WIDTH, ROW, NAMES, NUMBERS = 420, 26, 64, 150  # pixels; names stand left of the scales, numbers right
SIDE = 150  # of the plane of x and y
MOST = 6  # numbers that are drawn
_SCALE = Markup('<text x="{left}" y="{up}" text-anchor="end">{name}</text><path class="axis" d="M{start} {y}H{end}"/>')
_RING = Markup('<circle class="expected" cx="{x}" cy="{y}" r="6"/>')
_CROSS = Markup('<path class="given" d="M{x} {y}m-5-5l10 10m0-10l-10 10"/>')
_NUMBERS = Markup('<text x="{x}" y="{up}">{text}</text>')
_PICTURE = Markup('<svg class="example" viewBox="0 0 {width} {height}" role="img" aria-label="{alt}">{parts}</svg>')


class CodeLine(NamedTuple):
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
    code: list[CodeLine]


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
) -> Iterator[CodeLine]:
    """The function of the exercise, as far as there is room, with the line at fault; else that line alone."""
    line = exercise.line if exercise.line is not None and exercise.line <= len(lines) else None
    span = functions.get(exercise.name, range(line, line + 1) if line else range(0))
    first = max(span.start, min(line or span.start, span.stop) - MOST_LINES // 2)
    for at in range(first, min(span.stop, first + MOST_LINES)):
        yield CodeLine(where(at).line, lines[at - 1], at == line)


@cache
def _template() -> Template:
    from compare.reports.templating import environment  # not where only JSON is written, and Jinja may not be there

    return environment().get_template("finding.html")


def picture(exercise: ExerciseFinding, say: Messages) -> Markup:
    """As `<svg>` elements; empty where the example has no numbers to draw."""
    example = exercise.counterexample
    if example is None:
        return Markup("")
    return _plane(example.inputs, say) + _outcome(exercise, say)


def _outcome(exercise: ExerciseFinding, say: Messages) -> Markup:
    """A scale for each number: a ring where it should be, a cross where it came out."""
    example = exercise.counterexample
    assert example is not None
    pairs = list(_pairs(example.given, example.expected))
    if not pairs or len(pairs) > MOST:
        return Markup("")
    names = exercise.names if len(exercise.names) == len(pairs) else [f"[{i}]" for i in range(len(pairs))]
    parts = Markup("").join(_scale(row, names[row], pair) for row, pair in enumerate(pairs))
    alt = f"○ {say('label.expected')}, × {say('label.given')}"
    legend = _NUMBERS.format(x=NAMES, up=ROW * len(pairs) + 16, text=alt)
    return _PICTURE.format(width=WIDTH, height=ROW * len(pairs) + 22, alt=alt, parts=parts + legend)


def _scale(row: int, name: str, pair: tuple[float, float]) -> Markup:
    given, expected = pair
    low, high = min(0.0, given, expected), max(0.0, given, expected)
    y, places = ROW * row + ROW / 2, dict[str, float]()
    for key, value in (("given", given), ("expected", expected)):
        share = (value - low) / (high - low) if high > low else 0.5
        places[key] = round(NAMES + 8 + share * (WIDTH - NAMES - NUMBERS - 16), 1)
    line = _SCALE.format(left=NAMES - 6, up=y + 4, name=name, start=NAMES, end=WIDTH - NUMBERS, y=y)
    told = _NUMBERS.format(x=WIDTH - NUMBERS + 6, up=y + 4, text=f"× {number(given)}  ○ {number(expected)}")
    return line + _RING.format(x=places["expected"], y=y) + _CROSS.format(x=places["given"], y=y) + told


def _pairs(given: Any, expected: Any) -> Iterator[tuple[float, float]]:
    """Numbers that face each other and are finite; none where the two have another form."""
    if isinstance(expected, list) and isinstance(given, list) and len(given) == len(expected):
        for one, other in zip(given, expected, strict=True):
            yield from _pairs(one, other)
    elif all(isinstance(value, int | float) and isfinite(value) for value in (given, expected)):
        yield float(given), float(expected)


def _plane(inputs: Mapping[str, Any], say: Messages) -> Markup:
    """The points (x, y), the line of w and b, and how far it is from each: where the example has all four."""
    if not inputs.keys() >= {"x", "y", "w", "b"}:
        return Markup("")
    x, y, w, b = (inputs[name] for name in ("x", "y", "w", "b"))
    if not _numbers(x) or not _numbers(y) or not _numbers([w, b]):
        return Markup("")
    across, up = _range([*x, 0.0]), _range([*y, *(w * at + b for at in x), 0.0])

    def place(at: float, height: float) -> tuple[float, float]:
        share = (at - across[0]) / (across[1] - across[0]), (height - up[0]) / (up[1] - up[0])
        return round(SIDE * share[0], 1), round(SIDE * (1 - share[1]), 1)

    ends = [place(at, w * at + b) for at in across]
    parts = Markup('<path class="axis" d="M0 {}H{}M{} 0V{}"/>').format(place(0, 0)[1], SIDE, place(0, 0)[0], SIDE)
    parts += Markup('<path class="line" d="M{} {}L{} {}"/>').format(*ends[0], *ends[1])
    for at, height in zip(x, y, strict=True):
        spot, line = place(at, height), place(at, w * at + b)
        parts += Markup('<path class="residual" d="M{} {}V{}"/><circle class="point" cx="{}" cy="{}" r="4"/>').format(
            *spot, line[1], *spot
        )
    return _PICTURE.format(width=SIDE, height=SIDE, alt=say("label.input"), parts=parts)


def _numbers(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, int | float) and isfinite(value) for value in values)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Their range with a margin, never of no width."""
    low, high = min(values), max(values)
    margin = 0.15 * (high - low) or 1.0
    return low - margin, high + margin
