"""Every command is named as the reader types it: nobody who never used make or our environment is told to."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from compare import typed
from compare.errors import no_module

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _typed_by_nobody(monkeypatch):
    monkeypatch.delenv("TYPED", raising=False)
    monkeypatch.setattr(sys, "argv", ["-m"])
    monkeypatch.setattr(sys, "orig_argv", ["python3", "-m", "compare", "new"])


@pytest.mark.parametrize(
    ("words", "program"),
    [
        (["python3", "-m", "compare", "check"], "python3 -m compare"),
        ([".venv/bin/python", "-X", "dev", "-m", "compare"], ".venv/bin/python -m compare"),
        (["C:\\Program Files\\python.exe", "-m", "compare"], "python -m compare"),
        (["python3", "-m", "pytest", "compare"], "python -m compare"),
        (["python3"], "python -m compare"),
    ],
)
def test_a_module_is_named_with_the_python_that_was_typed(monkeypatch, words, program):
    monkeypatch.setattr(sys, "orig_argv", words)
    assert typed.program() == program


@pytest.mark.parametrize("name", ["/usr/local/bin/gradient-compare", "gradient-compare.exe", "gradient-compare"])
def test_the_script_is_named_by_its_name(monkeypatch, name):
    monkeypatch.setattr(sys, "argv", [name, "check"])
    assert typed.program() == "gradient-compare"
    assert typed.command("check", "a.py") == "gradient-compare check a.py"
    assert typed.command("lessons") == "gradient-compare"


@pytest.mark.parametrize(
    ("name", "file", "command"),
    [
        ("check", "answers.py", "make check"),
        ("new", "answers.py", "make answers"),
        ("check", "build/mine.py", "make check ANSWER=build/mine.py"),
        ("check", "my answers.py", "python3 -m compare check 'my answers.py'"),
        ("lessons", "", "make compare"),
    ],
)
def test_make_is_named_to_those_who_typed_it_where_it_can_take_the_name(monkeypatch, name, file, command):
    monkeypatch.setenv("TYPED", "make")
    assert typed.command(name, file) == command


def test_the_makefile_knows_every_target_that_is_named():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(typed.TARGETS.values()) <= targets


def test_windows_quotes_by_double_quotes(monkeypatch):
    monkeypatch.setattr(os, "sep", "\\")
    assert typed.command("check", "my answers.py") == 'python3 -m compare check "my answers.py"'
    assert typed.command("check", "a\\b.py") == "python3 -m compare check a\\b.py"


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_what_installs_torch_spares_linux_its_cuda(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert ("https://download.pytorch.org/whl/cpu" in str(no_module("torch"))) is (platform == "linux")
    assert str(no_module("numpy")).endswith(f"{sys.executable} -m pip install numpy")


def said(*words, **environment):
    command = [*words, "check", "none.py", "--lang", "en"]
    variables = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False).stderr


def test_a_file_that_is_not_there_is_written_by_the_way_by_which_the_reader_came(tmp_path):
    assert said("python", "-m", "compare").endswith("with: python -m compare new none.py\n")
    assert said("python", "-m", "compare", TYPED="make").endswith("with: make answers ANSWER=none.py\n")
    script = tmp_path / "gradient-compare"  # as pip writes it
    script.write_text(f"#!{sys.executable}\nimport sys\nfrom compare.__main__ import main\nsys.exit(main())\n")
    script.chmod(0o755)
    found = said(str(script), PYTHONPATH=str(ROOT), PYTHONSAFEPATH="1")
    assert found.endswith("with: gradient-compare new none.py\n")


TEXTS = [*(ROOT / "compare").rglob("*.toml"), *(ROOT / "compare/reports/templates").rglob("*.*")]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_text_names_a_command_by_one_way_of_typing_it(path):
    known = "`python -m compare`"  # which the notebook's reader replaces
    text = path.read_text(encoding="utf-8").replace(known, "")
    assert not re.findall(r"python -m|`make |\.venv|gradient-compare ", text)
