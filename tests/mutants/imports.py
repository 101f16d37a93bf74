"""How far the tests are from a module, counted in imports."""

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

NOT_HERE = {  # slow, or about the text, or about this machine
    "reports/page/test_page_in_a_browser.py", "fuzz/test_fuzz.py", "house/test_house.py", "mutants/test_mutants.py",
    "speed/test_measurement.py", "commands/test_speed.py", "commands/test_notebook.py", "house/test_package.py",
    "grading/test_cluster.py", "house/test_readme.py", "commands/test_doctor.py", "sandbox/test_attacks.py",
}  # fmt: skip
PROGRAM = '"-m", "compare"'  # starts any of the commands, in a process
NAMES = re.compile(r"(?:from|import) ((?:compare|manual|torch_impl)(?:\.\w+)*)")  # in the text of a program, too


def distances(file: Path, kit: Path) -> dict[str, int]:
    """By how many imports each test file reaches `file`, 0 if it is named after it; those that do not are left out."""
    tests = sorted(set((kit / "tests").rglob("test_*.py")) - {kit / "tests" / name for name in NOT_HERE})
    steps = {path: _all_steps(path, kit).get(kit / file) for path in tests}
    reaching = {path: 0 if _is_named_after(path, file) else count for path, count in steps.items() if count is not None}
    return {path.relative_to(kit).as_posix(): count for path, count in reaching.items()}


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
    return test.stem.startswith(f"test_{file.stem}") and test.parent.name == file.parent.name


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
    places = [place for name in names for place in _files(kit, name)]
    return tuple(place for place in places if place.is_file())


def _files(base: Path, name: str) -> tuple[Path, Path]:
    module = base.joinpath(*name.split("."))
    return module.with_suffix(".py"), module / "__init__.py"
