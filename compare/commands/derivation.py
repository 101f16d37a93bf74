"""Compare a derivation of your own: a file of formulas, by hand, by the engine, by torch and exactly.

Says of every output whether all sides agree, of every gradient whether it is that of its loss, and of a wrong one on
which smallest input it is wrong and what would mend it.
Exit codes: 0 all agree, 1 a gradient is not that of its loss or a side differs, 2 the file cannot be used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.reports.language import LANGUAGES, Messages, reader_language

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="a .py of formulas, such as ridge.py")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language (default: that of your locale)")
    parser.add_argument("--json", action="store_true", help="print what was found as one JSON object")


def run(arguments: Namespace) -> int:
    """Print the comparison. Raises `InputError` where the file cannot be used. Returns the exit code."""
    import json
    from pathlib import Path

    from compare.exercises.reference import derivation, text
    from compare.reports.answer import derivation as report

    say = Messages("derivation", arguments.lang or reader_language())
    found = list(derivation.compared(text.read(Path(arguments.file))))
    torch = derivation.has_torch()
    if arguments.json:
        print(json.dumps(report.as_json(arguments.file, found, torch, say), ensure_ascii=False, indent=2))
    else:
        print(report.text(found, torch, say))
    return 0 if all(each.agrees for each in found) else 1
