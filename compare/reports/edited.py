"""Mistakes of a course with a reference, in words: of an edit of its formulas, or as its author wrote them."""

from collections.abc import Mapping
from typing import Any

from compare.reports.language import Messages

FIELDS = {"name": "name", "see": "see", "try": "attempt"}  # of a mistake, as messages and as authors call them


def of_reference(name: str, words: Mapping[str, Any], field: str, say: Messages) -> str:
    """The `name` of a mistake, how to `see` it, or what to `try`.

    An author's words are told in the reader's language, else in the course's own.
    """
    if "kind" in words:
        return edited(words["kind"], words["piece"], field, say)
    if field == "name":
        return name.replace("-", " ")
    texts = words["texts"]
    return str(texts.get(say.language, {}).get(FIELDS[field]) or texts[words["own"]][FIELDS[field]])


def edited(kind: str, piece: str, field: str, say: Messages) -> str:
    """What there is to say of an edit."""
    return Messages("derivation", say.language)(f"edit.{kind}.{field}", piece=piece)
