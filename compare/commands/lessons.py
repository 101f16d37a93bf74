"""Compare every number of a lesson: by hand, by the engine, by torch, and exactly."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compare.reports.language import LANGUAGES

if TYPE_CHECKING:
    from compare.agreement.records import Comparison
    from compare.lessons import Lesson

FIGURES = Path("build/figures")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--lesson", action="append", metavar="NAME|FILE", help="a bundled lesson or a .toml file (default: all)")
    add("--dtype", choices=("float32", "float64"), help="what the sides compute in (default: the lesson's own)")
    add("-v", "--verbose", action="store_true", help="every number, not the summary alone (as where lessons are named)")
    add("--lang", choices=LANGUAGES, help="the language of what is printed (default: the locale's)")
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
    from compare.reports.language import reader_language

    language = arguments.lang or reader_language()
    lessons = [load(source) for source in arguments.lesson or names()]
    if arguments.graph:
        return _graph(lessons, arguments, language)
    if arguments.steps:
        return _steps(lessons, arguments, language)
    if arguments.adam:
        return _adam(lessons, arguments, language)
    code = _judge(lessons, arguments, language)
    _warn_of_another_torch(language)
    return code


def _warn_of_another_torch(language: str) -> None:
    """The bits that are recorded and replayed are one version's; its builds differ after a plus sign."""
    from importlib.metadata import version

    from compare.reports.language import Messages
    from compare.version import TORCH

    here = version("torch")
    if here.partition("+")[0] != TORCH:
        print(Messages("lessons", language)("note.other_torch", recorded=TORCH, here=here), file=sys.stderr)


def _graph(lessons: "Sequence[Lesson]", arguments: argparse.Namespace, language: str) -> int:
    from compare.agreement.steps import steps
    from compare.reports import graph

    graph.write(steps(lessons[0], arguments.dtype, with_torch=False), arguments.graph, language)
    print(graph.written(arguments.graph, lessons[0].name, language))
    return 0


def _steps(lessons: "Sequence[Lesson]", arguments: argparse.Namespace, language: str) -> int:
    from compare.agreement.steps import steps
    from compare.reports.steps import render

    render([steps(lesson, arguments.dtype) for lesson in lessons], language, sys.stdout)
    return 0


def _adam(lessons: "Sequence[Lesson]", arguments: argparse.Namespace, language: str) -> int:
    from compare.agreement.adam import by_adam
    from compare.errors import need
    from compare.reports.adam import render

    need("torch")
    trained = [by_adam(lesson, arguments.dtype) for lesson in lessons]
    render(trained, language, sys.stdout)
    return 1 if any(side.wrong for one in trained for side in one.sides.values()) else 0


def _judge(lessons: "Sequence[Lesson]", arguments: argparse.Namespace, language: str) -> int:
    """Compare, print, and draw: matplotlib is imported in a process of its own, while torch is imported here."""
    folder = None if arguments.no_figures else arguments.figures or (FIGURES if _shows_tables(arguments) else None)
    if folder is None:
        comparisons = _compare(lessons, arguments)
        _print(lessons, comparisons, arguments, language)
        return _exit_code(comparisons)

    from compare.reports.drawing import Drawing

    with Drawing(folder, language) as drawing:
        comparisons = _compare(lessons, arguments)
        drawing.send(comparisons)
        _print(lessons, comparisons, arguments, language)
        if not drawing.finished():
            return 1
        if _shows_tables(arguments):
            print(drawing.drawn())
        return _exit_code(comparisons)


def _shows_tables(arguments: argparse.Namespace) -> bool:
    return not (arguments.json or arguments.why or arguments.bits)


def _compare(lessons: "Sequence[Lesson]", arguments: argparse.Namespace) -> "list[Comparison]":
    """The tables' library is imported while torch is busy in a process of its own."""
    from compare.agreement.together import compare_all
    from compare.reports.progress import Progress

    def import_tables() -> None:
        if _shows_tables(arguments):
            from compare.reports import tables  # noqa: F401

    explain = arguments.bits or arguments.json
    with Progress("compare", total=len(lessons)) as bar:
        return compare_all(lessons, arguments.dtype, explain, import_tables, bar.advance)


def _print(
    lessons: "Sequence[Lesson]", comparisons: "Sequence[Comparison]", arguments: argparse.Namespace, language: str
) -> None:
    if arguments.json:
        from compare.reports import comparison_json

        print(comparison_json.render(comparisons))
    elif arguments.bits:
        from compare.reports import bits
        from compare.reports.finding import columns

        print(bits.text(comparisons, language, columns(sys.stdout)))
    elif arguments.why:
        from compare.agreement.why import why
        from compare.reports.finding import columns
        from compare.reports.why import text

        pairs = zip(lessons, comparisons, strict=True)
        print("\n\n".join(text(why(*pair), language, columns(sys.stdout)) for pair in pairs))
    else:
        from compare.reports import tables

        tables.render(comparisons, language, sys.stdout, bool(arguments.verbose or arguments.lesson))


def _exit_code(comparisons: "Sequence[Comparison]") -> int:
    from compare.agreement.records import AGREE

    return 0 if all(comparison.verdict == AGREE for comparison in comparisons) else 1
