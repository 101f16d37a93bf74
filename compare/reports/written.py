"""A document put where the reader asked for it."""

from pathlib import Path

from compare.errors import not_written


def write(path: Path, text: str) -> None:
    """Write `text` as UTF-8, making the folders on the way. Raises `InputError` where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise not_written(path, error) from None
