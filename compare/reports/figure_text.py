"""Text that never turns into boxes: a font that has Hangul where one is installed, romanised Hangul where none is.

The Latin letters are those of a syllable's name in Unicode, which spell every syllable by itself: a label has to be
recognised, not pronounced.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

HANGUL_FONTS = (
    "NanumGothic", "NanumBarunGothic", "Noto Sans CJK KR", "Noto Sans KR", "Noto Sans CJK JP", "Malgun Gothic",
    "Apple SD Gothic Neo", "AppleGothic", "UnDotum", "Baekmuk Dotum", "Noto Serif CJK KR", "NanumMyeongjo",
)  # fmt: skip
LATIN_FONT = "DejaVu Sans"  # comes with matplotlib

FIRST, LAST = ord("가"), ord("힣")


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
