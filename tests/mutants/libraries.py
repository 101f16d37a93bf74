"""What takes long to import and is not ours, nor broken here: imported before anything forks.

With torch in it, a process is three times as large, and each fork takes that much longer: it is left to those tests
that come to it.
"""

import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from tests.mutants.imports import reached

LIBRARIES = (
    *("hypothesis", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.figure"),
    *("numpy.random", "numpy.testing", "pytest", "rich.progress", "rich.table"),
)
TORCH = ("torch", "torch._dynamo")  # the second for torch's optimizers, the first of which imports it
ASKING = re.compile(r"^\s*(?:import|from) torch\b", re.MULTILINE)


def load(tests: Iterable[str], kit: Path) -> None:
    """Import what the test files need."""
    files = {file for test in tests for file in reached(test, kit)}
    asked = any(ASKING.search(file.read_text(encoding="utf-8")) for file in files)
    for name in LIBRARIES + TORCH * asked:
        import_module(name)
    if asked:
        import_module("torch").set_num_threads(1)
