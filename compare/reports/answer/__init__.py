"""A finding in words, for the student who reads it: its labelled parts, and where in the answer something is.

explained.py says all of it in order; differences.py what went in, came out and was expected; mistakes.py what is wrong,
how to find the right number by hand, and what to try.
"""

from collections.abc import Callable
from typing import NamedTuple

from compare.exercises.sources import Place
from compare.reports.language import Messages

WhereIs = Callable[[int], Place]


class Part(NamedTuple):
    """One sentence and its label: `kind` is the label's key in the messages, `input`, `mistake`, `try` and so on."""

    kind: str
    text: str


def in_brackets(line: int | None, say: Messages, where: WhereIs) -> str:
    if line is None:
        return ""
    place = where(line)
    return say("place.line", line=place.line) if not place.cell else say("place.cell", **place._asdict())


def plainly(place: Place, say: Messages) -> str:
    return say("place.bare-line" if not place.cell else "place.bare-cell", **place._asdict())


def in_a_cell(key: str, line: int | None, say: Messages, where: WhereIs) -> list[str]:
    """A notebook that needs a library has it where it was written."""
    in_a_cell = key == "module" and line is not None and bool(where(line).cell)
    return [say("reason.module.cell")] if in_a_cell else []
