"""The evidence on the page: the tables of finished comparisons, their figures, and the two sides' code side by side."""

import difflib
import html
import io
import re
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from compare.agreement.records import (
    AGREE,
    IDENTICAL,
    SIDES,
    WITHIN_ROUNDING,
    Comparison,
    Epoch,
    Quantity,
    Tally,
    Truth,
    Value,
    tally,
)
from compare.reports.language import LANGUAGES
from compare.reports.lesson.figures import SVG
from compare.reports.lesson.notes import DIGITS
from compare.reports.lesson.panels import PALETTE

LOOKS = {AGREE: "good", IDENTICAL: "good", WITHIN_ROUNDING: "good", "unchecked": "unsure"}  # any other verdict: bad
# Of a drawing that becomes part of a page:
UNWANTED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
SIZE = re.compile(r'(<svg[^>]*?) width="([\d.]+)pt" height="[\d.]+pt"')
IDS = re.compile(r'(\bid="|href="#|url\(#)([\w.:-]+)')
OWN_ID = re.compile(r' id="([\w.:-]+)"')
FAMILY = re.compile(r"font-family: [^;]*;")
LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")  # of a pixel: more than anybody can see
# Equal marks one after another, whose style then stands once, around them.
MARKS = re.compile(r'<use ([^>]*?) style="([^"]*)"/>(?:\s*<use [^>]*? style="\2"/>)+')
TEXT = re.compile(r"<text( [^>]*)>([^<]*)</text>")


class TableLine(NamedTuple):
    """One row of a table: the first cell, then the cells by column, then the verdict."""

    name: str
    cells: Mapping[str, str]
    ulp: int
    bound: str
    verdict: str


class Table(NamedTuple):
    """A lesson as the page shows it. `sides` are those that took part."""

    comparison: Comparison
    sides: tuple[str, ...]
    rows: list[TableLine]
    epochs: list[TableLine]
    ulp: int
    tally: Tally


def table(comparison: Comparison) -> Table:
    sides = tuple(side for side in SIDES if side in comparison.rows[0].sides) if comparison.rows else SIDES
    how = sides, comparison.dtype
    judged: list[Quantity | Epoch] = [*comparison.trajectory, *comparison.rows]
    return Table(
        comparison=comparison,
        sides=sides,
        rows=[_line(row.quantity, row, fraction(row.exact), *how) for row in comparison.rows],
        epochs=[_line(str(epoch.epoch), epoch, f"{epoch.exact:.12g}", *how) for epoch in comparison.trajectory],
        ulp=max((entry.ulp for entry in judged), default=0),
        tally=tally(judged),
    )


def look(verdict: str) -> str:
    """The class of a verdict: `good`, `bad` or `unsure`."""
    return LOOKS.get(verdict, "bad")


def shown(value: Value, digits: int) -> str:
    """A number to so many digits, a list with a line an entry; a number that is not finite as a dash."""
    if isinstance(value, list):
        return "\n".join(shown(entry, digits) for entry in value)
    return "—" if value is None else f"{value:.{digits}g}"


def fraction(value: Truth) -> str:
    """A fraction as it is where it is short enough to read, else as a decimal with a mark that digits are left out."""
    if isinstance(value, list):
        return "\n".join(map(fraction, value))
    text = str(value)
    return text if len(text) <= 16 else f"{float(value):.12g}…"


def _line(name: str, entry: Quantity | Epoch, exact: str, sides: Sequence[str], dtype: str) -> TableLine:
    cells = {side: shown(entry.sides[side], DIGITS[dtype]) for side in sides}
    recorded = "\n".join(entry.recorded) if isinstance(entry.recorded, list) else entry.recorded or ""
    cells |= {"recorded": recorded, "exact": exact}
    return TableLine(name, cells, entry.ulp, f"{entry.bound:.1e}", entry.verdict)


def svg(figure: Figure) -> str:
    """The figure as an `<svg>` element for a page: no ground, and text that the browser sets in the reader's fonts."""
    target = io.StringIO()
    with matplotlib.rc_context(SVG | {"svg.fonttype": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the browser will have it
        figure.savefig(target, format="svg", metadata={"Date": None}, transparent=True)
    text = target.getvalue()
    return text[text.index("<svg") :]


def inline(svg: str, name: str, said: Mapping[str, Mapping[str, str]]) -> Markup:
    """`svg` (as `svg()` gives it) with ids that begin with `name`, and with the page's colour variables and fonts.

    `said` has the other languages' words for a text in the figure; all are set, and the page shows one of them.
    """
    svg = SIZE.sub(r'\1 style="--drawn: \2px"', UNWANTED.sub("", svg), count=1)
    wanted = {found[1] for found in IDS.findall(svg) if "#" in found[0]}
    svg = OWN_ID.sub(lambda found: found[0] if found[1] in wanted else "", svg)
    numbers: defaultdict[str, str] = defaultdict(lambda: f"{name}-{len(numbers)}")
    svg = FAMILY.sub("", IDS.sub(lambda found: found[1] + numbers[found[2]], svg))
    svg = TEXT.sub(lambda text: _in_each(text, said), svg)
    svg = MARKS.sub(_marked_once, LONG_NUMBER.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), svg))
    for colour, value in PALETTE.items():
        svg = svg.replace(value, f"var(--{colour})")
    return Markup(re.sub(r"\n\s*", " ", svg).replace("#ffffff", "var(--card)"))


def _marked_once(marks: re.Match[str]) -> str:
    style = f' style="{marks[2]}"'
    return f"<g{style}>{marks[0].replace(style, '').replace('xlink:href', 'href')}</g>"


def _in_each(text: re.Match[str], said: Mapping[str, Mapping[str, str]]) -> str:
    texts = said.get(html.unescape(text[2]))
    if texts is None or len(set(texts.values())) == 1:
        return text[0]
    return "".join(f'<text lang="{language}"{text[1]}>{html.escape(texts[language])}</text>' for language in LANGUAGES)


class Chunk(NamedTuple):
    """Consecutive lines, highlighted: `same` on both sides, or `left` against `right`, either of which may be empty."""

    same: bool
    left: list[Markup]
    right: list[Markup]


class Pair(NamedTuple):
    """One file of `manual/` beside its mirror."""

    name: str
    chunks: list[Chunk]

    @property
    def equal(self) -> int:
        return sum(len(chunk.left) for chunk in self.chunks if chunk.same)

    @property
    def total(self) -> int:
        return sum(max(len(chunk.left), len(chunk.right)) for chunk in self.chunks)


def aligned(name: str, left: str, right: str) -> Pair:
    """The two texts in chunks, aligned by `difflib`, each line highlighted by Pygments."""
    matcher = difflib.SequenceMatcher(None, left.splitlines(), right.splitlines(), autojunk=False)
    lefts, rights = _lines(left), _lines(right)
    spans = matcher.get_opcodes()
    return Pair(name, [Chunk(tag == "equal", lefts[a:b], rights[c:d]) for tag, a, b, c, d in spans])


def _lines(source: str) -> list[Markup]:
    """Every line with its tokens in spans of its own, so that a docstring may be cut anywhere."""
    html = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return [Markup(line) for line in html.splitlines()]
