"""A drawn figure as part of a page: colours that follow the theme, ids of its own."""

import re

from markupsafe import Markup

from compare.reports.figure_panels import PALETTE

UNWANTED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
SIZE = re.compile(r'(<svg[^>]*?) width="([\d.]+)pt" height="[\d.]+pt"')
IDS = re.compile(r'(\bid="|href="#|url\(#)')
FAMILY = re.compile(r"font-family: [^;]*;")


def inline(svg: str, name: str) -> Markup:
    """`svg` (of `figures.svg`) with `name` before every id, and with the page's colour variables and fonts."""
    svg = SIZE.sub(r'\1 style="--drawn: \2px"', UNWANTED.sub("", svg), count=1)
    svg = FAMILY.sub("", IDS.sub(rf"\g<1>{name}-", svg))
    for colour, value in PALETTE.items():
        svg = svg.replace(value, f"var(--{colour})")
    return Markup(re.sub(r"\n\s*", " ", svg).replace("#ffffff", "var(--card)"))
