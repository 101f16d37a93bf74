"""The graph of a lesson's loss, every node with its value and the gradient that the engine sent to it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.agreement.steps import Step, Steps
from compare.errors import Fault, writing
from compare.reports.language import Messages

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

FORMS = (".txt", ".svg", ".png")
ENTRIES = 3  # shown of an array
BOX_WIDTH, BOX_HEIGHT = 2.4, 1.1  # inches
PLACES = {  # (column, row) of each step: the computation runs from left to right, data above, parameters below
    "x": (0, 2),
    "w": (0, 1),
    "b": (0, 0),
    "w·x": (1, 1),
    "yp": (2, 1),
    "y": (2, 2),
    "r": (3, 1),
    "r²": (4, 1),
    "loss": (5, 1),
}


def write(steps: Steps, path: Path, language: str) -> None:
    """Write the graph in the form that the file's name asks for. Raises `Fault` for any other form or place."""
    if path.suffix not in FORMS:
        raise Fault("graph-form", path, forms=", ".join(FORMS))
    with writing(path):
        if path.suffix == ".txt":
            path.write_text(text(steps, language), encoding="utf-8")
        else:
            _draw(steps, path, Messages("steps", language))


def written(path: Path, name: str, language: str) -> str:
    """What to say of the graph of lesson `name`, once it is in `path`."""
    return Messages("steps", language)("graph.written", path=path, name=name)


def text(steps: Steps, language: str) -> str:
    """The graph as a tree, from the loss at the top back to what it was computed from."""
    say, named = Messages("steps", language), {step.name: step for step in steps.steps}
    lines = [f"{say('graph.title', title=steps.title[language])}  ({steps.name}, {steps.dtype})", ""]
    return "\n".join([*lines, *_branches(named["loss"], named, say, "", "")]) + "\n"


def _branches(step: Step, named: Mapping[str, Step], say: Messages, first: str, rest: str) -> Iterator[str]:
    """The step's lines and those of its inputs: `first` begins the first line, `rest` the others."""
    yield f"{first}{step.name} = {step.formula}" if step.formula else f"{first}{step.name}"
    bar = "│ " if step.inputs else "  "
    for line in _about(step, say):
        yield f"{rest}{bar}  {line}"
    for i, name in enumerate(step.inputs):
        last = i == len(step.inputs) - 1
        yield from _branches(
            named[name], named, say, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  ")
        )


def _about(step: Step, say: Messages) -> list[str]:
    lines = [f"{say('graph.value')} {_shown(step.value['autograd'])}"]
    return lines if step.gradient is None else [*lines, f"{say('graph.gradient')} {_shown(step.gradient['autograd'])}"]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        entries = [_shown(entry) for entry in value[:ENTRIES]]
        return "[" + ", ".join(entries + ["…"] * (len(value) > ENTRIES)) + "]"
    return "nan/inf" if value is None else f"{value:.6g}"


def _draw(steps: Steps, path: Path, say: Messages) -> None:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from compare.reports.lesson.figures import drawable, families

    title = say("graph.title", title=steps.title[say.language])
    columns, rows = (max(place[axis] for place in PLACES.values()) + 1 for axis in (0, 1))
    with rc_context({"font.family": families([title, say("graph.value")]), "svg.hashsalt": steps.name}):
        figure = Figure(figsize=(columns * BOX_WIDTH, rows * BOX_HEIGHT + 0.4))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(-0.5, columns - 0.5), ylim=(-0.5, rows - 0.1))
        axes.axis("off")
        axes.set_title(drawable(title), y=0.92)
        boxes = {step.name: _box(axes, step, say) for step in steps.steps}
        figure.draw_without_rendering()  # the boxes get their sizes
        for step in steps.steps:
            for name in step.inputs:
                ends = {"patchA": boxes[name].get_bbox_patch(), "patchB": boxes[step.name].get_bbox_patch()}
                arrow = {"arrowstyle": "-|>", "color": "0.4", "shrinkA": 0, "shrinkB": 0, **ends}
                axes.annotate("", xy=PLACES[step.name], xytext=PLACES[name], arrowprops=arrow)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _box(axes: "Axes", step: Step, say: Messages) -> "Text":
    from compare.reports.lesson.figures import drawable

    title = f"{step.name} = {step.formula}" if step.formula else step.name
    lines = map(drawable, [title, *_about(step, say)])
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": "0.4" if step.gradient is None else "C0"}
    return axes.text(*PLACES[step.name], "\n".join(lines), ha="center", va="center", fontsize=8, bbox=box)
