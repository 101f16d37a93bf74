"""Two programs side by side: equal lines face each other, and what only one has stands beside a gap."""

import difflib
from typing import NamedTuple

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer


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
