"""`python -m compare` as a student runs it: in a process of its own."""

import importlib.metadata
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from compare.__main__ import main
from compare.lessons import names
from compare.version import TORCH

ROOT = Path(__file__).parents[2]
LESSON = """
title = "Too fast"
x = [1, 2, 3]
y = [2, 4, 6]
w = 0.0
b = 0.0
epochs = 300
record_every = 100
[optimizer]
lr = 0.5
"""


def compare(*arguments, **environment):
    """Run `python -m compare`; nothing of the terminal reaches it but what is given."""
    command = [sys.executable, "-m", "compare", *map(str, arguments)]
    variables = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1", **environment}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def everything():
    """The whole comparison, once, as JSON."""
    return compare("--json")


def test_every_lesson_agrees_and_the_exit_code_says_so(everything):
    found = json.loads(everything.stdout)
    assert (everything.returncode, found["verdict"], everything.stderr) == (0, "agree", "")
    assert [lesson["name"] for lesson in found["lessons"]] == list(names())
    assert {lesson["verdict"] for lesson in found["lessons"]} == {"agree"}


def test_the_json_has_the_fields_that_were_promised(everything):
    lesson = json.loads(everything.stdout)["lessons"][0]
    assert {"name", "dtype", "verdict", "rows", "trajectory", "diverged_at", "first_difference"} <= set(lesson)
    rows = {row["quantity"]: row for row in lesson["rows"]}
    dw = rows["dw"]
    assert (dw["exact"], dw["manual"], dw["torch"]) == ("-476/25", -19.040000915527344, -19.040000915527344)
    assert (dw["autograd"], dw["recorded"], dw["ulp"], dw["verdict"]) == (dw["manual"], "-19.0400", 0, "identical")
    assert dw["manual_matches_record"] is dw["torch_matches_record"] is True
    assert len(rows["yp"]["exact"]) == len(rows["yp"]["manual"]) == 5


def test_the_recorded_run_matches_21_of_21_by_hand(everything):
    lesson = json.loads(everything.stdout)["lessons"][2]
    assert [epoch["manual_matches_record"] for epoch in lesson["trajectory"]] == [True] * 21
    assert set(lesson["first_difference"]) == {"epoch", "quantity", "manual", "torch", "cause"}


@pytest.mark.parametrize(("language", "word"), [("en_US.UTF-8", "agree"), ("ko_KR.UTF-8", "일치")])
def test_tables_fit_80_columns_without_colour_and_figures_are_drawn(tmp_path, language, word):
    found = compare("--lesson", "height-weight-training", "--figures", tmp_path / "그림", LANG=language)
    assert (found.returncode, found.stderr) == (0, "")
    assert word in found.stdout
    *lines, drawn = found.stdout.splitlines()
    assert str(tmp_path / "그림") in drawn  # a line as long as the folder's name makes it
    assert "\x1b" not in found.stdout
    assert max(map(columns, lines)) <= 80
    assert {path.suffix for path in (tmp_path / "그림").iterdir()} == {".png", ".svg"}


def columns(line):
    """Hangul takes two columns."""
    return sum(2 if "가" <= letter <= "힣" else 1 for letter in line)


def test_a_lesson_of_ones_own_that_diverges_is_reported_and_is_no_crash(tmp_path):
    path = tmp_path / "too-fast.toml"
    path.write_text(LESSON, encoding="utf-8")
    found = json.loads(compare("--lesson", path, "--json").stdout)["lessons"][0]
    assert found["diverged_at"] is not None
    assert [epoch["manual"] is None for epoch in found["trajectory"]] == [False, True, True, True]
    assert {row["quantity"]: row["manual"] for row in found["rows"]}["w_final"] is None


def test_a_run_whose_sides_differ_exits_1(tmp_path):
    path = tmp_path / "wrong-record.toml"
    path.write_text(LESSON.replace("0.5", "0.01") + '[recorded]\nloss = "1.25"\n', encoding="utf-8")
    found = compare("--lesson", path, "--json")
    assert (found.returncode, json.loads(found.stdout)["verdict"]) == (1, "differ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--lesson", "no-such-lesson"], "no such lesson; bundled are height-weight"),
        (["--lesson", "missing.toml"], "missing.toml: cannot be read"),
        (["--dtype", "float16"], "invalid choice: 'float16'"),
        (["--figures", "/dev/null/figures"], "cannot be written"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_2(arguments, says):
    found = compare(*arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert says in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["chek", "answers.py", "--lang", "en"], "chek: no such command; did you mean check?"),
        (["chek", "answers.py", "--lang=ko"], "chek: 없는 명령입니다. check인가요?"),
        (["qqq", "--lang", "en"], "qqq: no such command; there are lessons, new, check"),
        (["answers.py", "--lang", "en"], "answers.py: no such command; did you mean check answers.py?"),
        (["mine.toml", "--lang", "ko"], "mine.toml: 없는 명령입니다. --lesson mine.toml인가요?"),
        (["--lesson", "no-such-lesson", "--lang", "ko"], "no-such-lesson: 없는 예제입니다."),
        (["--graph", "x.pdf", "--lang", "ko"], "x.pdf: 그래프는 .txt, .svg, .png 가운데 하나로"),
        (["--graph", "/dev/null/x.txt", "--lang", "ko"], "/dev/null/x.txt: 쓸 수 없습니다(Not a directory)."),
        (["check", "a.csv", "--lesson", "no-such-lesson", "--lang", "ko"], "no-such-lesson: 없는 예제입니다."),
    ],
)
def test_what_cannot_be_used_is_said_in_the_readers_language(capsys, arguments, says):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(says)


@pytest.mark.parametrize(
    ("language", "says"), [("en", "wrote {} (height-weight)"), ("ko", "{} 파일에 그렸습니다(height-weight).")]
)
def test_a_graph_that_was_drawn_is_named_with_its_lesson(tmp_path, capsys, language, says):
    path = tmp_path / "loss.txt"
    assert main(["--graph", str(path), "--lang", language]) == 0
    assert capsys.readouterr().out.strip() == says.format(path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("w = 0.0", "w = 1e60", "w: too large for float32; use float64"),
        ("lr = 0.5", "lr = -0.5", "optimizer: "),
    ],
)
def test_a_lesson_that_no_program_can_run_is_named_by_its_file(tmp_path, capsys, old, new, says):
    path = tmp_path / "mine.toml"
    path.write_text(LESSON.replace(old, new), encoding="utf-8")
    assert main(["--lesson", str(path), "--no-figures", "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith(f"{path}: {says}")


@pytest.mark.parametrize(
    ("module", "arguments"),
    [("torch", ["--no-figures"]), ("matplotlib", []), ("numpy", ["--steps"]), ("torch", ["speed"])],
)
def test_a_python_without_the_kits_packages_is_told_how_to_install_them(monkeypatch, capsys, module, arguments):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "compare.agreement.steps", raising=False)
    assert main([*arguments, "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"This Python lacks {module}; install it: {sys.executable} -m pip install {module}")
    assert said.count("\n") == 1
    assert (f"torch=={TORCH}" in said) is (module == "torch")


def test_a_terminal_that_lacks_a_letter_shows_another(monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["chek", "--lang", "ko"]) == 2
    terminal.flush()
    assert terminal.buffer.getvalue().startswith(b"chek: ??")


@pytest.mark.parametrize(("arguments", "utf8"), [([], False), (["--json"], True)])
def test_json_is_utf8_even_where_the_terminal_has_a_code_page(monkeypatch, arguments, utf8):
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="cp949")
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["check", "없다.py", *arguments, "--lang", "ko"]) == 2
    terminal.flush()
    assert terminal.encoding == ("utf-8" if utf8 else "cp949")
    assert not utf8 or json.loads(terminal.buffer.getvalue())["answer"] == "없다.py"


@pytest.mark.parametrize("code_page", ["cp949", "cp1252", "ascii"])
@pytest.mark.parametrize("form", [["--json"], []])
def test_what_is_piped_is_utf8_whatever_the_code_page(code_page, form):
    command = [sys.executable, "-m", "compare", "check", "--values", "dw=3", "--lesson", "height-weight", "--lang=ko"]
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": code_page}
    said = subprocess.run([*command, *form], cwd=ROOT, env=environment, capture_output=True, check=False).stdout
    assert "해 보세요" in said.decode("utf-8")


def test_another_torch_than_the_recorded_one_is_one_line(monkeypatch, capsys):
    arguments = ["--lesson", "height-weight", "--no-figures", "--lang", "en"]
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "2.9.1+cu126")
    assert main(arguments) == 0
    assert capsys.readouterr().err == (
        f"The bits that are recorded and explained are those of torch {TORCH}; here is torch 2.9.1+cu126.\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_a_disk_that_is_full_is_one_line_and_exit_2(tmp_path):
    command = [sys.executable, "-m", "compare", "new", str(tmp_path / "answers.py"), "--lang", "en"]
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert "cannot be written (No space left on device)" in found.stderr
