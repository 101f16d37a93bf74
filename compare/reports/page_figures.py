"""A drawn figure as part of a page: colours that follow the theme, ids of its own, text in every language."""

import html
import re
from collections import defaultdict
from collections.abc import Mapping

from markupsafe import Markup

from compare.reports.figure_panels import PALETTE
from compare.reports.language import LANGUAGES

UNWANTED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
SIZE = re.compile(r'(<svg[^>]*?) width="([\d.]+)pt" height="[\d.]+pt"')
IDS = re.compile(r'(\bid="|href="#|url\(#)([\w.:-]+)')
OWN_ID = re.compile(r' id="([\w.:-]+)"')
FAMILY = re.compile(r"font-family: [^;]*;")
DIGITS = re.compile(r"-?\d+\.\d{2,}")  # of a pixel: more than anybody can see
# Equal marks one after another, whose style then stands once, around them.
MARKS = re.compile(r'<use ([^>]*?) style="([^"]*)"/>(?:\s*<use [^>]*? style="\2"/>)+')
TEXT = re.compile(r"<text( [^>]*)>([^<]*)</text>")


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
