"""What a reader's own file or option can raise: one line, in the reader's language, that names the cure."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from compare.typed import COMMANDS, installing
from compare.version import TORCH, TORCH_CPU


class InputError(Exception):
    """A file or an option that the reader gave cannot be used; its text is one line that names the cure."""

    def text(self, _language: str, /) -> str:
        """The one line, in the language asked for where it is known in several."""
        return str(self)


class Fault(InputError):
    """An `InputError` in two languages. As an error it reads in English; `text` gives it in a language."""

    home: ClassVar[str] = os.path.dirname(__file__)  # the folder of `faults.<language>.toml`

    def __init__(self, key: str, file: object, /, **fields: object) -> None:
        self._key, self._fields = key, {"file": file, **fields}
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """The one line in `language`, from `faults.<language>.toml`."""
        import tomllib

        with open(os.path.join(self.home, f"faults.{language}.toml"), "rb") as file:
            texts = tomllib.load(file)
        return _one_line(str(texts[self._key]).format(commands=COMMANDS, **self._fields))


@contextmanager
def writing(file: object) -> Iterator[None]:
    """Around whatever writes `file`: where the system refuses, a `Fault` says so."""
    try:
        yield
    except OSError as error:
        raise Fault("not-written", file, reason=error.strerror) from None


def no_module(name: str) -> Fault:
    """What to say where a package is missing: how to install it, torch in the version whose bits are recorded."""
    small = ("--index-url", TORCH_CPU) if sys.platform == "linux" else ()
    return Fault("no-module", name, install=installing(*((f"torch=={TORCH}", *small) if name == "torch" else (name,))))


def need(module: str) -> None:
    """Raise `ModuleNotFoundError` where `module` is missing, without importing it: before a process that will."""
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)


def _one_line(text: str) -> str:
    """`text`, whose names of files and keys may hold line ends and control characters, as it can be printed."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
