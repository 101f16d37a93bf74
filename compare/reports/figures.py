"""The figures of a comparison, as PNG, SVG and part of a page, drawn without a display: the same comparisons give the
same bytes.

Every figure is a row of small panels, so that drawing them all stays quick (a file costs more than a panel).
"""

import html
import io
import re
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from compare.agreement.records import Comparison
from compare.reports import figure_data as data
from compare.reports import figure_panels as panels
from compare.reports.figure_text import drawable, families
from compare.reports.language import LANGUAGES, Messages


class Panel(Protocol):
    """A drawing that still lacks its axes and its words."""

    def __call__(self, axes: Axes, *, words: Messages) -> None: ...


COLUMNS = 2
SVG: dict[Any, Any] = {"svg.hashsalt": "gradient-compare", "svg.fonttype": "path"}  # same ids, letters as outlines

# Of a drawing that becomes part of a page:
UNWANTED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
SIZE = re.compile(r'(<svg[^>]*?) width="([\d.]+)pt" height="[\d.]+pt"')
IDS = re.compile(r'(\bid="|href="#|url\(#)([\w.:-]+)')
OWN_ID = re.compile(r' id="([\w.:-]+)"')
FAMILY = re.compile(r"font-family: [^;]*;")
DIGITS = re.compile(r"-?\d+\.\d{2,}")  # of a pixel: more than anybody can see
# Equal marks one after another, whose style then stands once, around them.
MARKS = re.compile(r'<use ([^>]*?) style="([^"]*)"/>(?:\s*<use [^>]*? style="\2"/>)+')
TEXT = re.compile(r"<text( [^>]*)>([^<]*)</text>")


def draw_all(comparisons: Sequence[Comparison], folder: Path, language: str) -> list[Path]:
    """Write every figure that `comparisons` has something for, as PNG and SVG, into `folder`; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = draw(comparisons, Messages("figures", language))
    return [path for name, figure in drawn.items() for path in _save(figure, folder / name)]


def draw(comparisons: Sequence[Comparison], words: Messages) -> dict[str, Figure]:
    """The figures `data`, `losses`, `momentum`, `path` and `ulp` by name, without those that have nothing to show.

    `words` are the messages of the area `figures`.
    """
    with matplotlib.rc_context(_settings(comparisons, words)):
        plan = _plan(comparisons).items()
        return {name: _compose(words(f"title.{name}"), drawn, words) for name, drawn in plan if drawn}


def svg(figure: Figure) -> str:
    """The figure as an `<svg>` element for a page: no ground, and text that the browser sets in the reader's fonts."""
    target = io.StringIO()
    with matplotlib.rc_context(SVG | {"svg.fonttype": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the browser will have it
        figure.savefig(target, format="svg", metadata={"Date": None}, transparent=True)
    text = target.getvalue()
    return text[text.index("<svg") :]


def inline(svg: str, name: str, said: Mapping[str, Mapping[str, str]]) -> Markup:
    """`svg` (of `figures.svg`) with ids that begin with `name`, and with the page's colour variables and fonts.

    `said` has the other languages' words for a text in the figure; all are set, and the page shows one of them.
    """
    svg = SIZE.sub(r'\1 style="--drawn: \2px"', UNWANTED.sub("", svg), count=1)
    wanted = {found[1] for found in IDS.findall(svg) if "#" in found[0]}
    svg = OWN_ID.sub(lambda found: found[0] if found[1] in wanted else "", svg)
    numbers: defaultdict[str, str] = defaultdict(lambda: f"{name}-{len(numbers)}")
    svg = FAMILY.sub("", IDS.sub(lambda found: found[1] + numbers[found[2]], svg))
    svg = TEXT.sub(lambda text: _in_each(text, said), svg)
    svg = MARKS.sub(_marked_once, DIGITS.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), svg))
    for colour, value in panels.PALETTE.items():
        svg = svg.replace(value, f"var(--{colour})")
    return Markup(re.sub(r"\n\s*", " ", svg).replace("#ffffff", "var(--card)"))


def _plan(comparisons: Sequence[Comparison]) -> dict[str, list[Panel]]:
    flat = [comparison for comparison in comparisons if data.has_one_input(comparison) and data.path(comparison)]
    runs = [comparison for comparison in comparisons if data.trains(comparison)]
    pairs = data.momentum_pairs(runs)
    return {
        "data": [partial(panels.draw_data, group=group) for group in data.by_data(flat)],
        "losses": [partial(panels.draw_losses, comparison=run) for run in runs],
        "momentum": [partial(panels.draw_momentum, plain=plain, fast=fast) for plain, fast in pairs],
        "path": [partial(panels.draw_path, comparison=run) for run in runs if run in flat],
        "ulp": [partial(panels.draw_ulp, comparison=run) for run in runs],
    }


def _compose(title: str, drawn: Sequence[Panel], words: Messages) -> Figure:
    columns = min(COLUMNS, len(drawn))
    rows = -(-len(drawn) // columns)
    width, height = 4.6 * columns, 3.3 * rows + 0.8
    figure = Figure(figsize=(width, height))
    for index, panel in enumerate(drawn, start=1):
        panel(figure.add_subplot(rows, columns, index), words=words)
    figure.suptitle(title, fontsize=12, y=1 - 0.12 / height, va="top")
    above = 0.75 + 0.3 * _share_legend(figure, 1 - 0.38 / height, 2 * columns)  # inches
    figure.subplots_adjust(0.75 / width, 0.5 / height, 1 - 0.15 / width, 1 - above / height, 0.22, 0.38)
    return figure


def _share_legend(figure: Figure, top: float, most: int) -> int:
    """One legend under the title, unless the panels have their own: how many lines it takes, of `most` entries each."""
    if any(axes.get_legend() for axes in figure.axes):
        return 0
    named = [axes.get_legend_handles_labels() for axes in figure.axes]
    entries = {label: line for lines, labels in named for line, label in zip(lines, labels, strict=True)}
    lines = -(-len(entries) // most)
    place: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, top), "ncols": -(-len(entries) // lines)}
    figure.legend(entries.values(), list(entries), **place, frameon=False, handlelength=4)
    return lines


def _settings(comparisons: Sequence[Comparison], words: Messages) -> dict[Any, Any]:
    texts = [words("title.data")] + [panels.title_of(comparison, words) for comparison in comparisons]
    inked = ("text.color", "axes.labelcolor", "axes.titlecolor", "axes.edgecolor", "xtick.color", "ytick.color")
    return {"font.family": families(texts), "font.size": 9, "text.parse_math": False} | dict.fromkeys(inked, panels.INK)


def _save(figure: Figure, path: Path) -> list[Path]:
    for text in figure.findobj(Text):
        text.set_text(drawable(text.get_text()))
    png, vector = path.with_suffix(".png"), path.with_suffix(".svg")
    figure.savefig(png, dpi=110, metadata={"Software": None}, pil_kwargs={"compress_level": 3})
    with matplotlib.rc_context(SVG):
        figure.savefig(vector, metadata={"Date": None})
    return [png, vector]


def _marked_once(marks: re.Match[str]) -> str:
    style = f' style="{marks[2]}"'
    return f"<g{style}>{marks[0].replace(style, '').replace('xlink:href', 'href')}</g>"


def _in_each(text: re.Match[str], said: Mapping[str, Mapping[str, str]]) -> str:
    texts = said.get(html.unescape(text[2]))
    if texts is None or len(set(texts.values())) == 1:
        return text[0]
    return "".join(f'<text lang="{language}"{text[1]}>{html.escape(texts[language])}</text>' for language in LANGUAGES)
