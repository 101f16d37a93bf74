"""What the pages are made of: templates, and texts in every language at once, of which a page shows one.

In templates escaping is always on, and a name that is missing is an error, not an empty space.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from compare.reports.language import LANGUAGES, Messages
from compare.typed import COMMANDS

TEMPLATES = Path(__file__).parent / "templates"
CODE = re.compile(r"`([^`]+)`")
STRESS = re.compile(r"\*([^*\s][^*]*)\*")


def environment(**names: object) -> Environment:
    """Jinja over the bundled templates; `names` are known in all of them, and the commands as the reader types them."""
    loader = FileSystemLoader(TEMPLATES)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"commands": COMMANDS, **names}
    return made


class Words:
    """`words("key", field=…)` is the text of `key` in every language, marked up; a field may differ by language."""

    def __init__(self, *areas: str) -> None:
        self._messages = {language: [Messages(area, language) for area in areas] for language in LANGUAGES}

    def __call__(self, key: str, **fields: object) -> Markup:
        return in_each({language: marked(self.plain(language, key, **fields)) for language in LANGUAGES})

    def live(self, key: str, **places: str) -> Markup:
        """The text with an element for each field, which the script fills: `places` gives the element's `data-out`."""
        text = self(key, **{field: f"\x01{field}\x01" for field in places})
        for field, place in places.items():
            text = text.replace(f"\x01{field}\x01", Markup('<span data-out="{}">—</span>').format(place))
        return text

    def plain(self, language: str, key: str, **fields: object) -> str:
        """The text of `key` in one language, as it stands in its file. Raises `KeyError` where no area has it."""
        own = {name: field[language] if isinstance(field, Mapping) else field for name, field in fields.items()}
        area = next((area for area in self._messages[language] if key in area), None)
        if area is None:
            raise KeyError(f"{key} ({language})")
        return area(key, **own)


class Noting(Messages):
    """Messages in the first language that note in `said` how every other language says the same."""

    def __init__(self, area: str) -> None:
        super().__init__(area, LANGUAGES[0])
        self._all = {language: Messages(area, language) for language in LANGUAGES}
        self.said: dict[str, Mapping[str, str]] = {}

    def __call__(self, key: str, **fields: object) -> str:
        texts = {language: messages(key, **fields) for language, messages in self._all.items()}
        self.said[texts[self.language]] = texts
        return texts[self.language]


def in_each(texts: Mapping[str, str]) -> Markup:
    """One span a language; text that is not `Markup` is escaped."""
    span = Markup('<span lang="{}">{}</span>')
    return Markup("").join(span.format(language, texts[language]) for language in LANGUAGES)


def marked(text: str) -> Markup:
    """`text` escaped, with `…` as code and *…* stressed; a star within code is one."""
    pieces = CODE.split(str(escape(text)))
    told = (f"<code>{piece}</code>" if i % 2 else STRESS.sub(r"<em>\1</em>", piece) for i, piece in enumerate(pieces))
    return Markup("".join(told))
