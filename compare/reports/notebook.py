"""The lesson as a Jupyter notebook, from its text source, one Markdown file a language."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

from compare.reports.templating import TEMPLATES
from compare.typed import command

SECONDS = 300  # for one cell, the first of which imports torch


def read(language: str) -> NotebookNode:
    """The notebook in `language`, not yet run, with the command as the reader types it."""
    text = (TEMPLATES / "notebook" / f"lesson.{language}.md").read_text(encoding="utf-8")
    return jupytext.reads(text.replace("`python -m compare`", f"`{command('lessons')}`"), fmt="md")


def execute(notebook: NotebookNode, folder: Path, cell_done: Callable[[], None] = lambda: None) -> None:
    """Run every cell from top to bottom, in `folder`, and keep the outputs in `notebook`.

    Raises `nbclient.exceptions.CellExecutionError` where a cell fails. `cell_done` is called after each code cell.
    """
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


def _channels(private: str) -> Config:
    """Talk to the kernel through sockets in a folder of ours, where the system has them: TCP is open to other users."""
    return Config({"KernelManager": {"transport": "ipc", "ip": f"{private}/kernel"}} if os.name == "posix" else {})
