"""What the README says holds: its example runs, its links lead somewhere, its commands exist."""

import os
import re
import subprocess
import venv
from pathlib import Path

import pytest

from compare.agreement.comparison import compare_lesson
from compare.lessons import load

ROOT = Path(__file__).parents[2]
READMES = sorted(ROOT.glob("README*.md"))
each_readme = pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)


@each_readme
def test_the_example_lesson_agrees_and_matches_its_record(path, tmp_path):
    (example,) = re.findall(r"```toml\n(title.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "mine.toml").write_text(example, encoding="utf-8")
    comparison = compare_lesson(load(tmp_path / "mine.toml"))
    assert comparison.verdict == "agree"
    assert {row.quantity: row.matches["manual"] for row in comparison.rows}["loss"] is True


@each_readme
def test_the_engines_ten_lines_print_what_they_say(path, capsys):
    text = path.read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(from manual import autograd.*?)```", text, re.DOTALL)
    exec(compile(program, path.name, "exec"), {})
    (said,) = re.findall(r"print\(.*?\)  # (.*)", program)
    assert capsys.readouterr().out.strip() == said


@pytest.mark.parametrize("path", [*READMES, ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    text = path.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert not [target for target in targets if target and not (ROOT / target).exists()]


@each_readme
def test_every_anchor_is_a_heading(path):
    text = path.read_text(encoding="utf-8")
    headings = {anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")}
    assert not set(re.findall(r"\]\(#([^)]+)\)", text)) - headings


def anchor(heading):
    """GitHub's name for a heading: lower case, spaces to hyphens, punctuation dropped."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@each_readme
def test_every_make_target_it_names_exists(path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))) <= targets


@each_readme
def test_the_python_it_means_is_named_before_it_is_first_used(path):
    text = path.read_text(encoding="utf-8")
    assert text.index("`.venv/bin/python`") < text.index("`python -m compare")


@each_readme
def test_it_says_how_make_speaks_korean_where_the_locale_does_not(path):
    assert "`LANG=ko_KR.UTF-8 make check`" in path.read_text(encoding="utf-8")


def test_a_notebook_in_another_folder_finds_the_kit(tmp_path):
    """The recipe that ends the set-up, run on an environment of its own."""
    venv.create(tmp_path / "new env", symlinks=True)
    rules = 'include Makefile\nfind-us:\n\t@$(RUN) -c "$$FIND_US"\n'
    make = ["make", "-f", "-", "find-us", f"VENV={tmp_path / 'new env'}"]
    subprocess.run(make, cwd=ROOT, env={"PATH": os.environ["PATH"]}, input=rules, text=True, check=True)
    python = tmp_path / "new env/bin/python"
    subprocess.run([python, "-c", "import compare"], cwd=tmp_path, check=True)
