"""The figures of a comparison, as PNG and SVG, drawn without a display: the same comparisons give the same bytes.

Every figure is a row of small panels, so that drawing them all stays quick (a file costs more than a panel). Text never
turns into boxes: it is set in a font that has Hangul where one is installed, and in romanised Hangul where none is. The
Latin letters are those of a syllable's name in Unicode, which spell every syllable by itself: a label has to be
recognised, not pronounced.

`python -m compare.reports.lesson.figures FOLDER LANGUAGE` draws pickled comparisons, of our own making, from its input.
"""

import pickle
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from compare.agreement.records import Comparison
from compare.reports.language import Messages
from compare.reports.lesson import curves as data
from compare.reports.lesson import panels


class Panel(Protocol):
    """A drawing that still lacks its axes and its words."""

    def __call__(self, axes: Axes, *, words: Messages) -> None: ...


HANGUL_FONTS = (
    "NanumGothic", "NanumBarunGothic", "Noto Sans CJK KR", "Noto Sans KR", "Noto Sans CJK JP", "Malgun Gothic",
    "Apple SD Gothic Neo", "AppleGothic", "UnDotum", "Baekmuk Dotum", "Noto Serif CJK KR", "NanumMyeongjo",
)  # fmt: skip
LATIN_FONT = "DejaVu Sans"  # comes with matplotlib
FIRST, LAST = ord("가"), ord("힣")

COLUMNS = 2
SVG: dict[Any, Any] = {"svg.hashsalt": "gradient-compare", "svg.fonttype": "path"}  # same ids, letters as outlines


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


def has_hangul(text: str) -> bool:
    """Does `text` hold a Hangul syllable?"""
    return any(FIRST <= ord(letter) <= LAST for letter in text)


@cache
def hangul_font() -> str | None:
    """The family of an installed font that can draw Hangul, or `None`."""
    return _known_font() or _newly_installed_font()


def families(texts: Iterable[str]) -> list[str]:
    """The font families that draw `texts`: Latin first, so that figures look the same in both languages."""
    hangul = hangul_font() if any(has_hangul(text) for text in texts) else None
    return [LATIN_FONT, hangul] if hangul else [LATIN_FONT]


@cache
def drawable(text: str) -> str:
    """`text` without anything that the fonts lack: Hangul romanised where no font has it, other letters as `?`."""
    name = hangul_font() if has_hangul(text) else None
    known = _letters(LATIN_FONT) | (_letters(name) if name else frozenset())
    spelt = text if name else "".join(map(romanised, text))
    return "".join(letter if ord(letter) in known else "?" for letter in spelt)


def romanised(letter: str) -> str:
    """A Hangul syllable in Latin letters (`한` is `han`); any other letter as it is."""
    return unicodedata.name(letter).removeprefix("HANGUL SYLLABLE ").lower() if has_hangul(letter) else letter


def _known_font() -> str | None:
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in HANGUL_FONTS if name in installed and FIRST in _letters(name)), None)


def _newly_installed_font() -> str | None:
    """Look at the disk: matplotlib remembers the fonts of its first start and misses those installed since."""
    for path in sorted(font_manager.findSystemFonts()):
        if any(name.replace(" ", "").lower() in path.replace("-", "").lower() for name in HANGUL_FONTS):
            font_manager.fontManager.addfont(path)
    return _known_font()


@cache
def _letters(family: str) -> frozenset[int]:
    return frozenset(FT2Font(font_manager.findfont(family)).get_charmap())


if __name__ == "__main__":  # matplotlib is imported here while torch is imported in the process that compares
    draw_all(pickle.load(sys.stdin.buffer), Path(sys.argv[1]), sys.argv[2])
