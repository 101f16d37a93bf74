"""Write the lesson as a notebook, and run it from top to bottom."""

import argparse
import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from compare.errors import Fault, writing
from compare.typed import command, installing

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from traitlets.config import Config

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).parents[1] / "reports/templates/notebook"  # one Markdown file a language
NEEDED = ("jupytext", "nbclient", "ipykernel")
SECONDS = 300  # for one cell, the first of which imports torch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, default=Path("build/lesson.ipynb"), help="where to write it")


def run(arguments: argparse.Namespace) -> int:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Fault("no-module", ", ".join(missing), install=installing(*missing))
    import jupytext

    from compare.reports.terminal import Progress

    lesson = read(arguments.lang)
    with Progress(arguments.file.name, sum(cell.cell_type == "code" for cell in lesson.cells)) as bar:
        execute(lesson, ROOT, bar.advance)
    with writing(arguments.file):
        arguments.file.parent.mkdir(parents=True, exist_ok=True)
        arguments.file.write_text(jupytext.writes(lesson, fmt="ipynb"), encoding="utf-8")
    print(arguments.file)
    return 0


def read(language: str) -> "NotebookNode":
    """The notebook in `language`, not yet run, with the command as the reader types it."""
    import jupytext

    text = (SOURCES / f"lesson.{language}.md").read_text(encoding="utf-8")
    return jupytext.reads(text.replace("`python -m compare`", f"`{command('lessons')}`"), fmt="md")


def execute(notebook: "NotebookNode", folder: Path, cell_done: Callable[[], None] = lambda: None) -> None:
    """Run every cell from top to bottom, in `folder`, and keep the outputs in `notebook`.

    Raises `nbclient.exceptions.CellExecutionError` where a cell fails. `cell_done` is called after each code cell.
    """
    from nbclient import NotebookClient

    with TemporaryDirectory() as private:
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
            config=_channels(private),
        )
        client.on_cell_executed = lambda **_: cell_done()
        client.execute()


def _channels(private: str) -> "Config":
    """Talk to the kernel through sockets in a folder of ours, where the system has them: TCP is open to other users."""
    from traitlets.config import Config

    return Config({"KernelManager": {"transport": "ipc", "ip": f"{private}/kernel"}} if os.name == "posix" else {})
