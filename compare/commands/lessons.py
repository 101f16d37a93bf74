"""Compare every number of a lesson: by hand, by the engine, by torch, and exactly."""

import argparse
import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Self

from compare.errors import need, writing
from compare.reports.language import Messages

if TYPE_CHECKING:
    from compare.agreement.records import Comparison
    from compare.lessons import Lesson

FIGURES = Path("build/figures")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--lesson", action="append", metavar="NAME|FILE", help="a bundled lesson or a .toml file (default: all)")
    add("--dtype", choices=("float32", "float64"), help="what the sides compute in (default: the lesson's own)")
    add("-v", "--verbose", action="store_true", help="every number, not the summary alone (as where lessons are named)")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--json", action="store_true", help="one JSON object, and nothing else")
    instead.add_argument("--steps", action="store_true", help="the chain rule, one named step at a time")
    instead.add_argument("--why", action="store_true", help="why each run went as it did, predicted and seen")
    instead.add_argument("--bits", action="store_true", help="every bit in which manual and torch differ, explained")
    instead.add_argument("--adam", action="store_true", help="train by Adam; each step is held to the exact one")
    instead.add_argument("--graph", type=Path, metavar="FILE", help="draw a lesson's loss as a graph: .svg, .png, .txt")
    figures = parser.add_mutually_exclusive_group()
    figures.add_argument("--figures", type=Path, metavar="DIR", help=f"where to draw (default: {FIGURES})")
    figures.add_argument("--no-figures", action="store_true", help="draw nothing")


def run(arguments: argparse.Namespace) -> int:
    """0 if every lesson agrees, 1 if something differs."""
    from compare.lessons import load, names

    lessons = [load(source) for source in arguments.lesson or names()]
    if arguments.graph:
        return _graph(lessons, arguments)
    if arguments.steps:
        return _steps(lessons, arguments)
    if arguments.adam:
        return _adam(lessons, arguments)
    code = _judge(lessons, arguments)
    _warn_of_another_torch(arguments.lang)
    return code


def _warn_of_another_torch(language: str) -> None:
    """The bits that are recorded and replayed are one version's; its builds differ after a plus sign."""
    from importlib.metadata import version

    from compare.version import TORCH

    here = version("torch")
    if here.partition("+")[0] != TORCH:
        print(Messages("lessons", language)("note.other_torch", recorded=TORCH, here=here), file=sys.stderr)


def _graph(lessons: "Sequence[Lesson]", arguments: argparse.Namespace) -> int:
    from compare.agreement.steps import steps
    from compare.reports.lesson import graph

    graph.write(steps(lessons[0], arguments.dtype, with_torch=False), arguments.graph, arguments.lang)
    print(graph.written(arguments.graph, lessons[0].name, arguments.lang))
    return 0


def _steps(lessons: "Sequence[Lesson]", arguments: argparse.Namespace) -> int:
    from compare.agreement.steps import steps
    from compare.reports.lesson.tables import render_steps

    render_steps([steps(lesson, arguments.dtype) for lesson in lessons], arguments.lang, sys.stdout)
    return 0


def _adam(lessons: "Sequence[Lesson]", arguments: argparse.Namespace) -> int:
    from compare.agreement.adam import by_adam
    from compare.reports.lesson.tables import render_adam

    need("torch")
    trained = [by_adam(lesson, arguments.dtype) for lesson in lessons]
    render_adam(trained, arguments.lang, sys.stdout)
    return 1 if any(side.wrong for one in trained for side in one.sides.values()) else 0


def _judge(lessons: "Sequence[Lesson]", arguments: argparse.Namespace) -> int:
    """Compare, print, and draw: matplotlib is imported in a process of its own, while torch is imported here."""
    from compare.agreement.records import AGREE

    folder = None if arguments.no_figures else arguments.figures or (FIGURES if _shows_tables(arguments) else None)
    with Drawing(folder, arguments.lang) if folder else nullcontext() as drawing:
        comparisons = _compare(lessons, arguments)
        if drawing:
            drawing.send(comparisons)
        _print(lessons, comparisons, arguments)
        if drawing and not drawing.finished():
            return 1
    if folder and _shows_tables(arguments):
        print(Messages("lessons", arguments.lang)("note.figures", folder=folder))
    return 0 if all(comparison.verdict == AGREE for comparison in comparisons) else 1


def _shows_tables(arguments: argparse.Namespace) -> bool:
    return not (arguments.json or arguments.why or arguments.bits)


def _compare(lessons: "Sequence[Lesson]", arguments: argparse.Namespace) -> "list[Comparison]":
    """The tables' library is imported while torch is busy in a process of its own."""
    from compare.agreement.torch_side import TorchSide
    from compare.reports.terminal import Progress

    def import_tables() -> None:
        if _shows_tables(arguments):
            from compare.reports.lesson import tables  # noqa: F401

    explain = arguments.bits or arguments.json
    with TorchSide() as torch, Progress("compare", total=len(lessons)) as bar:
        from compare.agreement.comparison import compare_all  # not before torch has been started

        return compare_all(lessons, torch, arguments.dtype, explain, import_tables, bar.advance)


def _print(
    lessons: "Sequence[Lesson]", comparisons: "Sequence[Comparison]", arguments: argparse.Namespace
) -> None:
    from compare.reports.terminal import columns

    if arguments.json:
        from compare.reports.lesson import as_json

        print(as_json.render(comparisons))
    elif arguments.bits:
        from compare.reports.lesson import notes

        print(notes.bits(comparisons, arguments.lang, columns(sys.stdout)))
    elif arguments.why:
        from compare.agreement.why import why
        from compare.reports.lesson import notes

        found = (why(*pair) for pair in zip(lessons, comparisons, strict=True))
        print("\n\n".join(notes.why(one, arguments.lang, columns(sys.stdout)) for one in found))
    else:
        from compare.reports.lesson import tables

        tables.render(comparisons, arguments.lang, sys.stdout, bool(arguments.verbose or arguments.lesson))


class Drawing:
    """A process that is getting ready to draw into `folder`; leaving the `with` ends it."""

    def __init__(self, folder: Path, language: str) -> None:
        need("matplotlib")
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "compare.reports.lesson.figures", str(folder), language]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def send(self, comparisons: "Sequence[Comparison]") -> None:
        """Let it draw these."""
        assert self._process.stdin is not None
        pickle.dump(list(comparisons), self._process.stdin)
        self._process.stdin.close()

    def finished(self) -> bool:
        """Wait for it; False if it failed (it has said why)."""
        return self._process.wait() == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
