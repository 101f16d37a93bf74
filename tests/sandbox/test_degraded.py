"""Where a layer is missing, what remains still works or says the grader's reason; nothing blames the student for it.

Each machine is simulated by a copy of the kit that finds less of this one: the interpreter for answers starts from it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RIGHT = ROOT / "tests/right_answers.py"
LEFT_OUT = ("test", "site-packages", "__pycache__", "idlelib", "lib2to3", "ensurepip", "tkinter", "turtledemo")
NO_LANDLOCK = ("kernel", "landlock_version = lambda: 0")
MACOS = (
    "kernel",
    "MACHINE = ''\n"
    "for _name in ('setresuid', 'setresgid', 'getresuid', 'memfd_create', 'pidfd_open'):\n"
    "    vars(os).pop(_name, None)",
)
root_on_linux = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root becomes nobody, and only Linux is simulated from"
)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, as those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def kit(folder: Path, module: str, lines: str) -> Path:
    """A copy of the kit, with `lines` at the end of that module of the sandbox."""
    for room in ("compare", "manual"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / f"compare/sandbox/{module}.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{lines}\n")
    return folder


def python(folder: Path, mode: int) -> Path:
    """A home of Python in a folder that only root, or everybody, may enter."""
    home = folder / "python"
    library = f"lib/python{sys.version_info.major}.{sys.version_info.minor}"
    shutil.copytree(Path(sys.base_prefix, library), home / library, ignore=shutil.ignore_patterns(*LEFT_OUT))
    home.chmod(mode)
    return home


def compare(folder: Path, home: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONHOME": str(home), "PYTHONPATH": site_packages()}
    command = [sys.executable, "-m", "compare", *map(str, arguments), "--lang", "en"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def site_packages() -> str:
    import numpy

    return str(Path(numpy.__file__).parents[1])


@root_on_linux
@pytest.mark.parametrize(("machine", "mode"), [(NO_LANDLOCK, 0o700), (NO_LANDLOCK, 0o755), (MACOS, 0o755)])
def test_root_checks_a_right_answer_wherever_python_lies(machine, mode, open_folder):
    home = python(open_folder, mode)
    found = compare(kit(open_folder / "kit", *machine), home, "check", RIGHT)
    assert (found.returncode, found.stderr) == (0, "")
    assert "20 of 20 points" in found.stdout


@root_on_linux
def test_where_nobody_can_read_python_the_machine_is_blamed_and_not_the_answer(open_folder):
    home = python(open_folder, 0o700)
    copy = kit(open_folder / "kit", *MACOS)
    found = compare(copy, home, "check", RIGHT)
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert f"{home} lies in a folder that only root may enter" in found.stderr
    assert "this machine is at fault, not the answer" in found.stderr
    graded = compare(copy, home, "grade", RIGHT.parent / "attacks", "--out", open_folder / "out")
    assert graded.returncode == 1
    assert "only root may enter" in graded.stderr


@root_on_linux
def test_who_reads_as_root_though_no_longer_root_is_said_to_lack_that_layer_too(open_folder):
    found = compare(kit(open_folder / "kit", *NO_LANDLOCK), python(open_folder, 0o700), "doctor")
    assert found.returncode == 1
    assert "MISSING  not root" in found.stdout
    assert "MISSING  no files but" in found.stdout
