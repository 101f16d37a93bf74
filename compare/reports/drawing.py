"""Draw the figures in a process of its own: matplotlib is imported there while torch is imported here.

`python -m compare.reports.drawing FOLDER LANGUAGE` reads pickled comparisons, of our own making, from its input.
"""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from compare.agreement.records import Comparison
from compare.errors import need, not_written
from compare.reports.language import Messages


class Drawing:
    """A process that is getting ready to draw into `folder`; leaving the `with` ends it."""

    def __init__(self, folder: Path, language: str) -> None:
        need("matplotlib")
        self._folder, self._language = folder, language
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise not_written(folder, error) from None
        command = [sys.executable, "-m", __name__, str(folder), language]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def send(self, comparisons: Sequence[Comparison]) -> None:
        """Let it draw these."""
        assert self._process.stdin is not None
        pickle.dump(list(comparisons), self._process.stdin)
        self._process.stdin.close()

    def finished(self) -> bool:
        """Wait for it; False if it failed (it has said why)."""
        return self._process.wait() == 0

    def drawn(self) -> str:
        """What to say of the figures."""
        return Messages("lessons", self._language)("note.figures", folder=self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


if __name__ == "__main__":
    from compare.reports.figures import draw_all

    draw_all(pickle.load(sys.stdin.buffer), Path(sys.argv[1]), sys.argv[2])
