"""The keys of a course's file, each checked as it is asked for: what is wrong with one is one line with its cure."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from compare.errors import Fault


class Keys:
    """The keys of one table of a course file, each checked as it is asked for."""

    def __init__(self, path: Path, values: Mapping[str, Any], prefix: str = "") -> None:
        self.path, self.values, self._prefix = path, dict(values), prefix

    def fault(self, key: str, why: str, **fields: object) -> Fault:
        return Fault(f"course-{why}", self.path, key=self._prefix + key, **fields)

    def only(self, known: tuple[str, ...]) -> None:
        for key in self.values:
            if key not in known:
                raise self.fault(repr(key)[:40], "unknown", known=", ".join(known))

    def number(self, key: str, least: float, most: float, whole: bool = False) -> float:
        value = self.values.get(key)
        usable = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not usable or not least <= value <= most:  # type: ignore[operator]  # NaN is not in between either
            limits = {"least": f"{least:g}", "most": f"{most:g}"}
            raise self.fault(key, "whole" if whole else "number", given=_printable(value), **limits)
        return value  # type: ignore[return-value]

    def choice(self, key: str, choices: tuple[str, ...], usual: str | None = None) -> str:
        value = self.values.get(key, usual)
        if value not in choices:
            raise self.fault(key, "choice", given=_printable(value), choices='"' + '", "'.join(choices) + '"')
        return str(value)

    def truth(self, key: str) -> bool:
        """Whether it is there and true."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(key, "choice", given=_printable(value), choices="true, false")
        return value

    def moment(self, key: str) -> datetime:
        """A date and time with the offset of its zone."""
        value = self.values[key]
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.fault(key, "moment", given=_printable(str(value)))
        return value

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            raise self.fault(key, "text", given=_printable(value))
        return value

    def texts(
        self, key: str, languages: tuple[str, ...], functions: tuple[str, ...], known: tuple[str, ...]
    ) -> dict[str, dict[str, dict[str, str]]]:
        """Texts by language and function."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        of_all = self.part(key, languages)
        for language in of_all.values:
            of_language = of_all.table(language, functions)
            found[language] = {}
            for function in of_language.values:
                texts = of_language.table(function, known)
                found[language][function] = {each: texts.text(each) for each in texts.values}
        return found

    def numbers(
        self, key: str, names: Mapping[str, tuple[str, ...]], least: float, most: float
    ) -> dict[str, dict[str, float]]:
        """Numbers by exercise and output."""
        table = self.part(key, tuple(names))
        of_each = {name: table.table(name, names[name]) for name in table.values}
        return {name: {each: of.number(each, least, most) for each in of.values} for name, of in of_each.items()}

    def shares(self, key: str) -> dict[str, float]:
        """Numbers from 0 to 1 by any name."""
        value = self.values.get(key)
        table = self.part(key, tuple(value) if isinstance(value, dict) else ())
        return {name: table.number(name, 0, 1) for name in table.values}

    def part(self, key: str, known: tuple[str, ...]) -> "Keys":
        """The table, or an empty one where it is left out."""
        return self.table(key, known) if key in self.values else Keys(self.path, {}, f"{self._prefix}{key}.")

    def table(self, key: str, known: tuple[str, ...]) -> "Keys":
        value = self.values[key]
        if not isinstance(value, dict):
            raise self.fault(key, "table", given=_printable(value), name=key)
        table = Keys(self.path, value, f"{self._prefix}{key}.")
        table.only(known)
        return table


def _printable(value: object) -> str:
    return repr(value)[:40]
