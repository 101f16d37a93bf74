"""What the interactive part plays with: two data sets, where their sliders run, and which window the charts show."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from compare.reports.language import LANGUAGES, Messages


class Window(NamedTuple):
    """What the sliders reach: the part of the plane of (w, b) that the loss surface shows, and how far w is nudged."""

    w: tuple[float, float, float]  # lowest, highest, step
    b: tuple[float, float, float]
    lr: tuple[float, float, float]
    adam: tuple[float, float, float, float]  # Adam's own learning rate, and where it starts
    nudge: tuple[float, float, float, float]
    grid: tuple[float, float]  # a dragged point's x and y are multiples of these


WINDOWS = {
    "height-weight": Window(
        (-0.5, 4.0, 0.05), (-3.0, 3.0, 0.1), (0.001, 0.12, 0.001),
        adam=(0.01, 1.0, 0.01, 0.1), nudge=(0.05, 1.5, 0.05, 0.5), grid=(0.5, 0.5),
    ),
    "hours-ability": Window(
        (-50.0, 350.0, 1.0), (-100.0, 200.0, 1.0), (0.001, 0.4, 0.001),
        adam=(0.5, 50.0, 0.5, 10.0), nudge=(1.0, 150.0, 1.0, 60.0), grid=(0.1, 5.0),
    ),
}  # fmt: skip
# What a slope loses, for "Break it": the judge's names of mistakes, each with what it changes in the script's slope.
BROKEN: dict[str, dict[str, float | bool]] = {
    "missing-factor-two": {"two": 1},
    "wrong-sign": {"sign": -1},
    "sum-not-mean": {"mean": False},
    "missing-x": {"x": False},
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
            **{key: (*where, at) for key, where, at in zip(("w", "b", "lr"), window, start, strict=False)},
            "adam": window.adam,
            "nudge": window.nudge,
            "momentum": MOMENTUM,
            "epochs": EPOCHS,
        },
        "grid": dict(zip(("x", "y"), window.grid, strict=True)),
        "view": {
            "x": _around(x, 0.25),
            "y": _around(y, 0.25),
            "w": _around(window.w[:2], 0.03),
            "b": _around(window.b[:2], 0.03),
        },
    }


def broken_words() -> dict[str, dict[str, str]]:
    """The mistakes of `BROKEN` as the judge names them, in every language."""
    say = {language: Messages("check", language) for language in LANGUAGES}
    return {name: {language: say[language](f"mistake.{name}.name") for language in LANGUAGES} for name in BROKEN}


def _around(values: Sequence[float], share: float) -> tuple[float, float]:
    """The values' range and a margin, so that what lies on its edge is drawn whole."""
    margin = share * (max(values) - min(values))
    return min(values) - margin, max(values) + margin
