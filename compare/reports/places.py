"""Where something is, in words: a line of a file, or of a notebook's cell."""

from collections.abc import Callable

from compare.exercises.sources import Place
from compare.reports.language import Messages

WhereIs = Callable[[int], Place]


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
