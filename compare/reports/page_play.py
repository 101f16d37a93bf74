"""What the interactive part plays with: two data sets, where their sliders run, and which window the charts show."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from compare.reports.language import LANGUAGES, Messages


class Window(NamedTuple):
    """The part of the plane of (w, b) that the loss surface shows and the sliders reach, with the sliders' steps."""

    w: tuple[float, float, float]  # lowest, highest, step
    b: tuple[float, float, float]
    lr: tuple[float, float, float]


WINDOWS = {
    "height-weight": Window(w=(-0.5, 4.0, 0.05), b=(-3.0, 3.0, 0.1), lr=(0.001, 0.12, 0.001)),
    "hours-ability": Window(w=(-50.0, 350.0, 1.0), b=(-100.0, 200.0, 1.0), lr=(0.001, 0.4, 0.001)),
}
MOMENTUM = (0.0, 0.99, 0.01, 0.9)  # lowest, highest, step, at first
EPOCHS = (0, 500, 1, 200)


def play_set(name: str, x: Sequence[float], y: Sequence[float], start: Sequence[float]) -> dict[str, Any]:
    """The data set `name`, one of WINDOWS, with `start` = (w, b, lr): what the page's script reads."""
    window, words = WINDOWS[name], {language: Messages("figures", language) for language in LANGUAGES}
    texts = {
        part: {language: word(f"data.{name}.{part}") for language, word in words.items()}
        for part in ("title", "x", "y")
    }
    return {
        "title": texts.pop("title"),
        "axes": texts,
        "x": list(x),
        "y": list(y),
        "ranges": {
            **{key: (*where, at) for key, where, at in zip(window._fields, window, start, strict=True)},
            "momentum": MOMENTUM,
            "epochs": EPOCHS,
        },
        "view": {"x": _around(x), "y": _around(y), "w": window.w[:2], "b": window.b[:2]},
    }


def _around(values: Sequence[float]) -> tuple[float, float]:
    margin = 0.25 * (max(values) - min(values))
    return min(values) - margin, max(values) + margin
