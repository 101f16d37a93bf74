"""How far the tests are from a module, counted in imports."""

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

NOT_HERE = {  # slow, or about the text, or about this machine
    "test_page_browser.py", "test_fuzz.py", "test_house.py", "test_mutants.py", "test_speed.py", "test_notebook.py",
    "test_package.py", "test_grading_cluster.py", "test_readme.py", "test_doctor.py", "test_sandbox_attacks.py",
}  # fmt: skip
PROGRAM = '"-m", "compare"'  # starts any of the commands, in a process
NAMES = re.compile(r"(?:from|import) ((?:compare|manual|torch_impl)(?:\.\w+)*)")  # in the text of a program, too


def distances(file: Path, kit: Path) -> dict[str, int]:
    """By how many imports each test file reaches `file`, 0 if it is named after it; those that do not are left out."""
    tests = sorted(path for path in (kit / "tests").glob("test_*.py") if path.name not in NOT_HERE)
    steps = {path: _all_steps(path, kit).get(kit / file) for path in tests}
    reaching = {path: count for path, count in steps.items() if count is not None}
    return {f"tests/{path.name}": 0 if _is_named_after(path, file) else count for path, count in reaching.items()}


def named_after(file: Path, kit: Path) -> list[str]:
    """The test files that are named after `file`."""
    return [test for test, count in distances(file, kit).items() if count == 0]


def nearest(file: Path, kit: Path) -> list[str]:
    """The test files that are named after `file`, and those with the fewest imports between them and it."""
    away = distances(file, kit)
    least = min((count for count in away.values() if count), default=0)
    return [test for test, count in away.items() if count <= least]


def reached(test: str, kit: Path) -> list[Path]:
    """The test file and all that it imports of the checkout, directly or not."""
    return sorted(_all_steps(kit / test, kit))


def _is_named_after(test: Path, file: Path) -> bool:
    return test.stem.endswith(f"_{file.stem}")


@cache
def _all_steps(test: Path, kit: Path) -> dict[Path, int]:
    """How many imports lead from the test to each file of the checkout."""
    reached = {test: 0}
    frontier = [test]
    while frontier:
        found = _next(frontier, kit) - set(reached)
        reached |= dict.fromkeys(found, max(reached.values()) + 1)
        frontier = sorted(found)
    return reached


def _next(paths: Iterable[Path], kit: Path) -> set[Path]:
    """What the files import; a package's `__init__` stands for what it imports in turn."""
    found = {other for path in paths for other in _imported(path, kit)}
    packages = {path for path in found if path.name == "__init__.py"}
    return found | {other for package in packages for other in _imported(package, kit)}


@cache
def _imported(path: Path, kit: Path) -> tuple[Path, ...]:
    """The files of the checkout that `path` imports, anywhere in it, or starts as a process."""
    source = path.read_text(encoding="utf-8")
    names = set(NAMES.findall(source))
    if PROGRAM in source:
        names |= {f"compare.commands.{command.stem}" for command in (kit / "compare/commands").glob("*.py")}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = [place for name in names for base in (kit, kit / "tests") for place in _files(base, name)]
    return tuple(place for place in places if place.is_file())


def _files(base: Path, name: str) -> tuple[Path, Path]:
    module = base.joinpath(*name.split("."))
    return module.with_suffix(".py"), module / "__init__.py"
