"""Compare every number of a lesson: by hand, by the engine, by torch, and exactly."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compare.agreement.records import Comparison
    from compare.reports.drawing import Drawing

FIGURES = Path("build/figures")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--lesson", action="append", metavar="NAME|FILE", help="a bundled lesson or a .toml file (default: all)")
    add("--dtype", choices=("float32", "float64"), help="what the sides compute in (default: the lesson's own)")
    add("--json", action="store_true", help="print one JSON object and nothing else")
    add("--bits", action="store_true", help="explain every bit in which manual and torch differ, instead of the tables")
    add("--lang", choices=("en", "ko"), help="the language of the tables (default: the locale's)")
    figures = parser.add_mutually_exclusive_group()
    figures.add_argument("--figures", type=Path, metavar="DIR", help=f"where to draw (default: {FIGURES})")
    figures.add_argument("--no-figures", action="store_true", help="draw nothing")


def run(arguments: argparse.Namespace) -> int:
    """0 if every lesson agrees, 1 if something differs."""
    from compare.reports.language import reader_language

    language = arguments.lang or reader_language()
    drawing = _drawing(arguments, language)
    try:
        comparisons = _compare(arguments)
    except BaseException:
        if drawing:
            drawing.stop()
        raise
    if drawing:
        drawing.send(comparisons)
    _print(comparisons, arguments, language)
    return _finish(comparisons, drawing)


def _drawing(arguments: argparse.Namespace, language: str) -> "Drawing | None":
    instead = arguments.json or arguments.bits
    if arguments.no_figures or (instead and not arguments.figures):
        return None
    from compare.reports.drawing import Drawing

    return Drawing(arguments.figures or FIGURES, language)


def _compare(arguments: argparse.Namespace) -> "list[Comparison]":
    """What needs no torch is done while torch is being imported."""
    from compare.agreement.startup import start_importing_torch
    from compare.lessons import load, names

    lessons = [load(source) for source in arguments.lesson or names()]
    torch_import = start_importing_torch()
    try:
        from compare.agreement import rows

        prepared = [rows.prepare(lesson, arguments.dtype) for lesson in lessons]
    finally:
        torch_import.join()
    return [rows.compare(one, explain_bits=arguments.bits or arguments.json) for one in prepared]


def _print(comparisons: "Sequence[Comparison]", arguments: argparse.Namespace, language: str) -> None:
    if arguments.json:
        from compare.reports import comparison_json

        print(comparison_json.render(comparisons))
    elif arguments.bits:
        from compare.reports import bits

        print(bits.text(comparisons, language))
    else:
        from compare.reports import tables

        tables.render(comparisons, language, sys.stdout)


def _finish(comparisons: "Sequence[Comparison]", drawing: "Drawing | None") -> int:
    from compare.agreement.records import AGREE
    from compare.reports.comparison_json import overall_verdict

    drawn = drawing is None or drawing.finished()
    return 0 if drawn and overall_verdict(comparisons) == AGREE else 1
