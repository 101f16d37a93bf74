"""Why a student's file cannot be read, in the student's language: one line that names the file and the cure."""

import tomllib
from pathlib import Path

from compare.errors import InputError


class Fault(InputError):
    """A file of a student's that cannot be read. As an error it reads in English; `text` gives it in a language."""

    def __init__(self, key: str, file: object, **fields: object) -> None:
        self._key, self._fields = key, {"file": _one_line(file), **fields}
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """The one line in `language`, from `faults.<language>.toml`."""
        texts = tomllib.loads(Path(__file__).with_name(f"faults.{language}.toml").read_text(encoding="utf-8"))
        return str(texts[self._key]).format(**self._fields)


def _one_line(file: object) -> str:
    """The name of a file, which may hold line ends and control characters, as it can be printed."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in str(file))
