"""Mistakes of a course with a reference, in words: of an edit of its formulas, or as its author wrote them."""

from collections.abc import Mapping
from typing import Any

from compare.reports.language import Messages

MOST_SYMBOLS = 3
FIELDS = {"name": "name", "see": "see", "try": "attempt"}  # of a mistake, as messages and as authors call them


def of_reference(name: str, words: Mapping[str, Any], field: str, say: Messages) -> str:
    """The `name` of a mistake, how to `see` it, or what to `try`.

    An author's words are told in the reader's language, else in the course's own, with a note.
    """
    if "kind" in words:
        return edited(words["kind"], words["piece"], field, say) + _symbols(words, field, say)
    texts, own = words["texts"], words["own"]
    if field == "name":
        return str(texts.get(say.language, {}).get("title") or name.replace("-", " "))
    told = texts.get(say.language, {}).get(FIELDS[field])
    return str(told or texts[own][FIELDS[field]] + " " + Messages("derivation", say.language)(f"only-in.{own}"))


def _symbols(words: Mapping[str, Any], field: str, say: Messages) -> str:
    """What the symbols in the piece stand for, the first few."""
    known = words.get("symbols", {})
    listed = known.get(say.language) or known.get(words.get("own"), {})
    told = "; ".join(f"{name}: {text}" for name, text in list(listed.items())[:MOST_SYMBOLS])
    return f" ({told})" if told and field == "see" else ""


def edited(kind: str, piece: str, field: str, say: Messages) -> str:
    """What there is to say of an edit."""
    return Messages("derivation", say.language)(f"edit.{kind}.{field}", piece=piece)
