"""One panel of a figure each: what is drawn on its axes. Readable in greyscale: sides differ by dash and mark."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from compare.agreement.records import Comparison
from compare.reports.language import Messages
from compare.reports.lesson import curves as data

INK, GRID, CONTOUR = "#222222", "#dddddd", "#8a8a8a"
WIDE, DOTTED, DASHED = "#f0a63a", "#c0392b", "#1b3a6b"
PALETTE = {"ink": INK, "grid": GRID, "contour": CONTOUR, "wide": WIDE, "dotted": DOTTED, "dashed": DASHED}
LOOKS: dict[str, dict[str, Any]] = {
    "manual": {"color": WIDE, "linewidth": 5.5, "solid_capstyle": "round"},
    "autograd": {"color": DOTTED, "linewidth": 2.6, "linestyle": (0, (1, 2.5))},
    "torch": {"color": DASHED, "linewidth": 1.3, "linestyle": (0, (5, 3))},
}
# One mark a side, of which none hides another: a ring, a cross in it, a dot in the middle.
MARKS: dict[str, dict[str, Any]] = {
    "manual": {"marker": "o", "markersize": 5.5, "markerfacecolor": "none", "markeredgewidth": 1.2},
    "autograd": {"marker": "x", "markersize": 4.0, "markeredgewidth": 1.0},
    "torch": {"marker": ".", "markersize": 2.5},
}
COINCIDES = 0.01  # of a loss: less than a line is wide on an axis of logarithms
LINES = (("solid", WIDE), ((0, (6, 2)), DASHED), ((0, (2, 2)), DOTTED), ((0, (6, 2, 1, 2)), INK))
DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def label(axes: Axes, title: str, x: str, y: str) -> None:
    """The panel's title, its axes' labels, and a faint grid."""
    axes.set_title(title, fontsize=10)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def title_of(comparison: Comparison, words: Messages) -> str:
    return comparison.title.get(words.language) or comparison.title.get("en") or comparison.name


def data_words(comparison: Comparison, words: Messages) -> tuple[str, str, str]:
    """Title and axis labels of the data, with units where the lesson is a bundled one."""
    for key in ("data.height-weight", "data.hours-ability"):
        if comparison.name.startswith(key.removeprefix("data.")):
            return words(f"{key}.title"), words(f"{key}.x"), words(f"{key}.y")
    return title_of(comparison, words), words("axis.x"), words("axis.y")


def draw_data(axes: Axes, group: Sequence[Comparison], words: Messages) -> None:
    """The points, and the line each run ended with, unless it diverged."""
    ends = [float(value) for value in group[0].x if not isinstance(value, list)]
    low, high = min(ends), max(ends)
    settled = [comparison for comparison in group if comparison.diverged_at is None]
    for comparison, (dash, colour) in zip(settled, cycle(LINES), strict=False):
        w, b = data.path(comparison)[-1]
        name = title_of(comparison, words)
        axes.plot([low, high], [w * low + b, w * high + b], color=colour, linestyle=dash, linewidth=2, label=name)
    axes.plot(ends, group[0].y, "o", color=INK, markersize=6, label=words("label.points"))
    label(axes, *data_words(group[0], words))
    axes.legend(loc="upper left", fontsize=8, framealpha=0.85, edgecolor=GRID, handlelength=3.2)


def draw_losses(axes: Axes, comparison: Comparison, words: Messages) -> None:
    """The loss by epoch on a log axis: one line for all sides where they would lie on each other, else a line each."""
    sides = {side: data.curve(comparison, side, "loss") for side in LOOKS if side in comparison.curves}
    if data.coincide(list(sides.values()), COINCIDES):
        axes.plot(next(iter(sides.values())), color=DASHED, linewidth=2, label=words("label.all_sides"))
    else:
        for side, losses in sides.items():
            axes.plot(losses, label=words(f"side.{side}"), **LOOKS[side])
    _log_axis(axes, [loss for losses in sides.values() for loss in losses])
    _mark_divergence(axes, comparison, words)
    label(axes, title_of(comparison, words), words("axis.epoch"), words("axis.loss"))


def draw_momentum(axes: Axes, plain: Comparison, fast: Comparison, words: Messages) -> None:
    """The same descent without and with momentum, on one log axis."""
    slow, quick = data.curve(plain, "manual", "loss"), data.curve(fast, "manual", "loss")
    axes.plot(slow, color=WIDE, linewidth=3.5, label=words("label.plain"))
    named = words("label.momentum", momentum=f"{data.momentum(fast):g}")
    axes.plot(quick, color=DASHED, linewidth=1.6, linestyle=(0, (5, 2)), label=named)
    _log_axis(axes, slow + quick)
    label(axes, data_words(fast, words)[0], words("axis.epoch"), words("axis.loss"))


def draw_path(axes: Axes, comparison: Comparison, words: Messages) -> None:
    """The run's path over the contours of the loss, each a third of the height of the next one out."""
    points, surface = data.path(comparison), data.bowl(comparison)
    axes.plot(*zip(*points, strict=True), color=DASHED, linewidth=1.4, marker=".", markersize=4)
    axes.plot(*points[0], "o", color=WIDE, markersize=9, markeredgecolor=INK, label=words("label.start"))
    axes.plot(*points[-1], "s", color=DASHED, markersize=7, label=words("label.end"))
    if surface:
        named = words("label.least")
        axes.plot(*surface.least, "x", color=DOTTED, markersize=9, markeredgewidth=2.2, label=named)
        _contours(axes, surface)
    label(axes, title_of(comparison, words), words("axis.w"), words("axis.b"))


def _contours(axes: Axes, surface: data.Bowl) -> None:
    axes.margins(0.15)
    axes.autoscale_view()
    axes.autoscale(False)
    height = max(data.above(surface, w, b) for w in axes.get_xlim() for b in axes.get_ylim())
    for step in range(1, 10):
        axes.plot(*data.contour(surface, height / 3**step), color=CONTOUR, linewidth=0.7)


def draw_ulp(axes: Axes, comparison: Comparison, words: Messages) -> None:
    """How far each side's loss is from the exact one, in units in the last place: a mark an epoch."""
    for side, mark in MARKS.items():
        if side in comparison.curves:
            distances, look = data.curve(comparison, side, "ulp"), {**mark, "color": LOOKS[side]["color"]}
            axes.plot(distances, linestyle="none", label=words(f"side.{side}"), **look)
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(bottom=-0.15)
    axes.yaxis.set_major_formatter(FuncFormatter(_tick))
    axes.yaxis.set_minor_locator(NullLocator())
    label(axes, title_of(comparison, words), words("axis.epoch"), words("axis.ulp"))


def _log_axis(axes: Axes, values: Sequence[float]) -> None:
    """A log axis where anything is positive (a loss of zero has no place on it), ticks without math text."""
    positive = [value for value in values if value > 0]
    if positive:
        narrow = max(positive) < 100 * min(positive)
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if narrow else (1,), numticks=7))
        axes.yaxis.set_major_formatter(FuncFormatter(_tick))
        axes.yaxis.set_minor_locator(NullLocator())


def _tick(value: float, _position: object) -> str:
    """Numbers that are easy to read as they are, all others as a power of ten: 2, 50, 0.5, 10⁵, 2·10⁻³."""
    if value == 0 or 0.01 <= abs(value) < 1000:
        return f"{value:g}"
    digits, exponent = f"{value:.0e}".split("e")
    power = "10" + str(int(exponent)).translate(DIGITS)
    return power if digits == "1" else f"{digits}·{power}"


def _mark_divergence(axes: Axes, comparison: Comparison, words: Messages) -> None:
    if comparison.diverged_at is not None:
        text = words("label.diverged", epoch=comparison.diverged_at)
        axes.axvline(comparison.diverged_at, color=DOTTED, linewidth=1.2, label=text)
