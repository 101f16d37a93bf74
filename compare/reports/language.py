"""Messages in the reader's language, from files that a translator edits without touching code.

`messages/<area>.<language>.toml` holds one message a line, `key = "text with {fields}"`; a table groups related keys.
"""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from compare.typed import COMMANDS

LANGUAGES = ("en", "ko")
FOLDER = Path(__file__).parent / "messages"


class Messages:
    """The messages of one area in one language: `messages("key", field=…)` fills the fields of the text, and those
    of the commands as the reader types them."""

    def __init__(self, area: str, language: str) -> None:
        self.language = language
        self._texts = _read(area, language)

    def __call__(self, key: str, **fields: object) -> str:
        """The text of `key`, a dotted path such as `verdict.right`. Raises `KeyError` where there is none."""
        return self._texts[key].format(commands=COMMANDS, **fields)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> frozenset[str]:
        return frozenset(self._texts)


def reader_language() -> str:
    """`ko` where the locale says Korean (`LC_ALL`, `LC_MESSAGES`, `LANG`, the first that is set), else `en`."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "ko" if locale.lower().startswith("ko") else "en"


@cache
def _read(area: str, language: str) -> Mapping[str, str]:
    text = (FOLDER / f"{area}.{language}.toml").read_text(encoding="utf-8")
    return dict(flat(tomllib.loads(text)))


def flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """The texts of nested tables, each by its dotted path."""
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        pairs += flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return pairs
