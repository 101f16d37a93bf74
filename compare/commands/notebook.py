"""Write the lesson as a notebook, and run it from top to bottom."""

import argparse
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from compare.errors import InputError

ROOT = Path(__file__).parents[2]
NEEDED = ("jupytext", "nbclient", "ipykernel")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, default=Path("build/lesson.ipynb"), help="where to write it")
    parser.add_argument("--lang", choices=("en", "ko"), help="the language (default: that of your locale)")


def run(arguments: argparse.Namespace) -> int:
    _require()
    import jupytext

    from compare.reports import notebook
    from compare.reports.language import reader_language

    lesson = notebook.read(arguments.lang or reader_language())
    with _progress(sum(cell.cell_type == "code" for cell in lesson.cells)) as cell_done:
        notebook.execute(lesson, ROOT, cell_done)
    _write(arguments.file, jupytext.writes(lesson, fmt="ipynb"))
    print(arguments.file)
    return 0


def _require() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(f"the notebook needs {', '.join(missing)}: pip install 'gradient-compare[notebook]'")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); give another place") from None


@contextmanager
def _progress(cells: int) -> Iterator[Callable[[], None]]:
    """A bar on the terminal, a step a cell; nothing where the output is not a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("lesson.ipynb", total=cells)
        yield lambda: bar.advance(task)
