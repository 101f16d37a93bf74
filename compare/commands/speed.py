"""Measure every implementation of one update, side by side in one pinned run, and the commands that people wait for."""

import argparse
import sys
from pathlib import Path

from compare.reports.language import LANGUAGES, Messages, reader_language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--quick", action="store_true", help="three sizes, float64 only, no compiler: under half a minute")
    add("--json", action="store_true", help="print one JSON object and nothing else")
    add("--figures", type=Path, metavar="DIR", help="draw time against n into this folder")
    add("--record", action="store_true", help="remember the ratios that later runs are held against")
    add("--lang", choices=LANGUAGES, help="the language of the tables (default: the locale's)")


def run(arguments: argparse.Namespace) -> int:
    """0 if everything was measured, 1 if a contender was disqualified or the measuring failed."""
    import json
    import tempfile

    from compare.errors import need
    from compare.speed import pinned
    from compare.speed.records import DISQUALIFIED, from_json

    need("torch")
    language = arguments.lang or reader_language()
    words = Messages("speed", language)
    print(words("started", time=words("quick" if arguments.quick else "whole")), file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "speed.json")
        options = [name for name in ("quick", "record") if getattr(arguments, name)]
        code = pinned.run_module(["compare.speed", str(file), *options])
        if code:
            print(words("failed", code=code), file=sys.stderr)
            return 1
        table = json.loads(file.read_text(encoding="utf-8"))
    _show(arguments, table, language)
    return int(any(timing.status == DISQUALIFIED for timing in from_json(table).timings))


def _show(arguments: argparse.Namespace, table: dict[str, object], language: str) -> None:
    import json

    from compare.reports import speed
    from compare.speed.records import from_json

    words = Messages("speed", language)
    if arguments.json:
        print(json.dumps(table, indent=1, ensure_ascii=False))
    else:
        speed.render(from_json(table), language, sys.stdout)
    if arguments.figures:
        path, *_ = speed.draw(from_json(table), arguments.figures, language)
        print(words("drawn", path=path), file=sys.stderr)
    if arguments.record:
        from compare.speed.records import RECORDED

        print(words("recorded", path=RECORDED), file=sys.stderr)
