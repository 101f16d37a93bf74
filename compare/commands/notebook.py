"""Write the lesson as a notebook, and run it from top to bottom."""

import argparse
import importlib.util
from pathlib import Path

from compare.errors import Fault
from compare.reports.language import LANGUAGES
from compare.typed import installing

ROOT = Path(__file__).parents[2]
NEEDED = ("jupytext", "nbclient", "ipykernel")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, default=Path("build/lesson.ipynb"), help="where to write it")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language (default: that of your locale)")


def run(arguments: argparse.Namespace) -> int:
    _require()
    import jupytext

    from compare.reports import notebook
    from compare.reports.language import reader_language
    from compare.reports.progress import Progress
    from compare.reports.written import write

    lesson = notebook.read(arguments.lang or reader_language())
    with Progress(arguments.file.name, sum(cell.cell_type == "code" for cell in lesson.cells)) as bar:
        notebook.execute(lesson, ROOT, bar.advance)
    write(arguments.file, jupytext.writes(lesson, fmt="ipynb"))
    print(arguments.file)
    return 0


def _require() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Fault("no-module", ", ".join(missing), install=installing(*missing))
