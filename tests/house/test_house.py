"""The house rules: who may import whom, and what must not be paid for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TORCH_ROOMS = (
    "torch_impl/",
    "compare/exercises/reference/sides.py",
    *(f"compare/agreement/{name}.py" for name in ("torch_side", "comparison", "steps")),
)
FLOORS = {
    "compare.typed": -1, "compare.version": -1, "compare.errors": 0,
    "manual": 1, "torch_impl": 1, "compare.lessons": 1, "compare.sandbox": 1,
    "compare.truth": 2,
    "compare.agreement": 3,
    "compare.exercises": 4, "compare.speed": 4,
    "compare.grading": 5,
    "compare.reports": 6,
    "compare": 7,
}  # fmt: skip
ACTS = "compare/sandbox/proof.py"  # what a jail must forbid: it tries to import what it must not find
SIDES = ("manual", "torch_impl", "compare")
SOURCES = sorted({p for side in SIDES for p in (ROOT / side).rglob("*.py")} - {ROOT / ACTS})


def room(module):
    """The room that a module belongs to: the longest name of FLOORS that it begins with."""
    return max((name for name in FLOORS if f"{module}.".startswith(f"{name}.")), key=len, default=None)


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """Every module imported anywhere in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_from_the_floors_below(path):
    here = room(module_name(path))
    for name in imports(path):
        there = room(name)
        assert there is None or there == here or FLOORS[there] < FLOORS[here], f"{here} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_mirror_and_its_callers_import_torch(path):
    name = path.relative_to(ROOT).as_posix()
    if not name.startswith(TORCH_ROOMS) and not name.startswith("compare/speed"):
        assert not [one for one in imports(path) if one.split(".")[0] in ("torch", "torch_impl")]


def test_the_truth_is_computed_without_either_sides_derivation():
    files = ("exact.py", "descent.py")
    found = [name for file in files for name in imports(ROOT / "compare/truth" / file)]
    assert not [name for name in found if name.split(".")[0] in ("manual", "torch_impl", "numpy", "torch")]


FORBIDDEN = {
    "manual.training": ("torch", "compare", "matplotlib"),
    "manual.autograd": ("torch", "compare", "matplotlib"),
    "compare.lessons": ("torch", "numpy", "matplotlib", "rich"),
    "compare.truth.exact": ("torch", "numpy", "matplotlib"),
    "compare.commands.check": ("torch", "numpy", "matplotlib", "rich", "hypothesis"),
    "compare.commands.grade": ("torch", "matplotlib", "hypothesis"),
    "compare.exercises.judge": ("torch", "numpy", "matplotlib", "hypothesis"),
    "compare.exercises.table.by_table": ("torch", "numpy", "hypothesis", "compare.lessons", "inspect"),
}


@pytest.mark.parametrize("module", FORBIDDEN)
def test_what_is_not_needed_is_not_imported(module):
    program = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = run.stdout
    assert not set(FORBIDDEN[module]) & {name.split(".")[0] for name in loaded.split()} - {module.split(".")[0]}


TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
MIRRORED = ("manual", "agreement", "commands", "lessons", "reports", "speed", "truth")  # a module, a file


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_every_file_of_tests_has_its_sentence_and_the_name_of_a_module(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "says nothing of what it tests"
    room = path.parent.relative_to(ROOT / "tests")
    if room.as_posix().partition("/")[0] in MIRRORED and "autograd" not in room.parts:
        home = ROOT / room if room.parts[0] == "manual" else ROOT / "compare" / room
        named = [f"test_{module.stem}" for module in home.iterdir() if module.suffix in ("", ".py")]
        assert path.stem.startswith(tuple(named)), f"no module of {home.name} is what it tests"
