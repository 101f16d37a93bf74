"""The last bits between manual and torch, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from compare.agreement.bits import Explanation
from compare.reports.language import Messages

DIGITS = {"float32": 9, "float64": 17}  # enough to tell any two numbers apart


class LessonBits(NamedTuple):
    """One lesson's explanation in one dtype."""

    lesson: str
    dtype: str
    explanation: Explanation


def text(found: Sequence[LessonBits], language: str) -> str:
    """A paragraph a lesson, then whether this torch fuses its multiply-adds."""
    say = Messages("bits", language)
    paragraphs = ["\n    ".join(_lines(lesson, say)) for lesson in found]
    return "\n\n".join([*paragraphs, say(f"fused.{_fused(found)}")])


def json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as a JSON object; `first` is null where there is no difference."""
    return explanation._asdict() | {"first": explanation.first and explanation.first._asdict()}


def _lines(lesson: LessonBits, say: Messages) -> Iterator[str]:
    found = lesson.explanation
    counts = {"updates": found.updates, "identical": found.identical, "replayed": found.replayed}
    yield say("different" if found.first else "identical", lesson=lesson.lesson, dtype=lesson.dtype, **counts)
    if not found.first:
        return
    values = {side: f"{getattr(found.first, side):.{DIGITS[lesson.dtype]}g}" for side in ("manual", "torch")}
    yield say("first", **found.first._asdict() | values)
    yield say(f"cause.{found.first.cause}")
    yield say("replayed", **counts)
    if found.replayed < found.updates:
        yield say("unexplained", left=found.updates - found.replayed, **counts)


def _fused(found: Sequence[LessonBits]) -> str:
    seen = {lesson.explanation.fused for lesson in found} - {None}
    if len(seen) != 1:
        return "unknown"
    return "yes" if seen.pop() else "no"
