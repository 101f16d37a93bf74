"""A drawn figure as part of a page: colours that follow the theme, ids of its own, text in every language."""

import html
import re
from collections.abc import Mapping

from markupsafe import Markup

from compare.reports.figure_panels import PALETTE
from compare.reports.language import LANGUAGES

UNWANTED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
SIZE = re.compile(r'(<svg[^>]*?) width="([\d.]+)pt" height="[\d.]+pt"')
IDS = re.compile(r'(\bid="|href="#|url\(#)')
FAMILY = re.compile(r"font-family: [^;]*;")
TEXT = re.compile(r"<text( [^>]*)>([^<]*)</text>")


def inline(svg: str, name: str, said: Mapping[str, Mapping[str, str]]) -> Markup:
    """`svg` (of `figures.svg`) with `name` before every id, and with the page's colour variables and fonts.

    `said` has the other languages' words for a text in the figure; all are set, and the page shows one of them.
    """
    svg = SIZE.sub(r'\1 style="--drawn: \2px"', UNWANTED.sub("", svg), count=1)
    svg = FAMILY.sub("", IDS.sub(rf"\g<1>{name}-", svg))
    svg = TEXT.sub(lambda text: _in_each(text, said), svg)
    for colour, value in PALETTE.items():
        svg = svg.replace(value, f"var(--{colour})")
    return Markup(re.sub(r"\n\s*", " ", svg).replace("#ffffff", "var(--card)"))


def _in_each(text: re.Match[str], said: Mapping[str, Mapping[str, str]]) -> str:
    texts = said.get(html.unescape(text[2]))
    if texts is None or len(set(texts.values())) == 1:
        return text[0]
    return "".join(f'<text lang="{language}"{text[1]}>{html.escape(texts[language])}</text>' for language in LANGUAGES)
