"""The lesson as a Jupyter notebook, from its text source, one Markdown file a language."""

from collections.abc import Callable
from pathlib import Path

import jupytext
from nbclient import NotebookClient
from nbformat import NotebookNode

from compare.reports.templating import TEMPLATES

SECONDS = 300  # for one cell, the first of which imports torch


def read(language: str) -> NotebookNode:
    """The notebook in `language`, not yet run."""
    return jupytext.read(TEMPLATES / "notebook" / f"lesson.{language}.md")


def execute(notebook: NotebookNode, folder: Path, cell_done: Callable[[], None] = lambda: None) -> None:
    """Run every cell from top to bottom, in `folder`, and keep the outputs in `notebook`.

    Raises `nbclient.exceptions.CellExecutionError` where a cell fails. `cell_done` is called after each code cell.
    """
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources, record_timing=False)
    client.on_cell_executed = lambda **_: cell_done()
    client.execute()
