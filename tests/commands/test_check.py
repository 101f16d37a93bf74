"""`check` at the command line, end to end: what it prints, and the exit code."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from compare.__main__ import main
from compare.exercises import course
from compare.exercises.reference.tasks import template

RIGHT = Path(__file__).parents[1] / "right_answers.py"
RIGHT_TEXT = RIGHT.read_text(encoding="utf-8")
FACTOR = RIGHT_TEXT.replace("2 * np.mean(r * x), 2 * np.mean(r)", "np.mean(r * x), np.mean(r)")


def check(capsys, *arguments: object) -> tuple[int, str]:
    code = main(["check", *map(str, arguments)])
    caught = capsys.readouterr()
    return code, caught.out + caught.err


def found(capsys, *arguments: object) -> tuple[int, dict]:
    code, printed = check(capsys, *arguments, "--json")
    return code, json.loads(printed)


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "answers.py") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_right_answers_get_full_marks(capsys):
    code, finding = found(capsys, RIGHT)
    assert (code, finding["points"], finding["of"]) == (0, 20.0, 20.0)
    assert {exercise["verdict"] for exercise in finding["exercises"]} == {"right"}


@pytest.mark.parametrize(("language", "words"), [("en", "for practice: everybody has these inputs"), ("ko", "연습용")])
def test_it_says_once_that_its_inputs_are_for_practice(capsys, language, words):
    assert check(capsys, RIGHT, "--lang", language)[1].count(words) == 1


def test_a_missing_factor_two_is_named_and_what_follows_keeps_its_marks(capsys, written):
    code, finding = found(capsys, written(FACTOR), "--lang", "en")
    assert code == 1
    exercises = {exercise["name"]: exercise for exercise in finding["exercises"]}
    assert exercises["gradients"]["mistakes"] == ["missing-factor-two"]
    shown = exercises["gradients"]["counterexample"]
    assert (len(shown["x"]), len(shown["y"])) == (1, 1)
    assert [2 * given for given in shown["given"]] == shown["expected"] != [0, 0]
    assert exercises["train"]["verdict"] == "right"
    assert "your own gradients" in exercises["train"]["message"]


@pytest.mark.parametrize(("language", "words"), [("en", "the factor 2 is missing"), ("ko", "2를 곱하는 것이 빠짐")])
def test_the_finding_is_in_the_language_asked_for(capsys, written, language, words):
    code, printed = check(capsys, written(FACTOR), "--lang", language)
    assert code == 1
    assert words in printed


def test_the_same_answer_gives_the_same_output(capsys, written):
    path = written(FACTOR.replace("v = momentum * v + dp", "v = dp"))
    assert check(capsys, path) == check(capsys, path)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_fresh_template_is_unchecked_not_wrong(capsys, written, language):
    code, finding = found(capsys, written(template(course.read(), language, "")))
    assert code == 1
    assert {exercise["verdict"] for exercise in finding["exercises"]} == {"unchecked"}
    assert len(finding["exercises"]) == 8


def test_the_cells_of_a_notebook_are_run_in_their_order(capsys, written):
    cells = ["%matplotlib inline\n" + RIGHT_TEXT.split("\n\n\ndef mse")[0], "def mse" + RIGHT_TEXT.split("def mse")[1]]
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    code, finding = found(capsys, written(notebook, "answers.ipynb"))
    assert (code, finding["points"]) == (0, 20.0)


FAILURES = [
    ("def predict(x, w, b)\n    return x\n", "SyntaxError", 1),
    ("a = 1\nwhile True: pass\n\nwhile True: pass\n", "", 4),
]
LEFT_OUT = [
    ("import numpy as np\nnp.nothing\n", "AttributeError", 2),
    ("x = 1\nimport sys\nsys.exit(0)\n", "it ended the whole program", 3),
    ("a = 1\n\nwhile True: pass\n", "it did not end within its time", 3),
    ("raise NotImplementedError\n", "NotImplementedError", 1),
]


@pytest.mark.parametrize(("text", "error", "line"), LEFT_OUT)
def test_a_line_that_fails_is_said_and_left_out(capsys, written, text, error, line):
    course = written("seconds = 0.5\n[exercises]\nmse = 1", "course.toml")
    mse = "def mse(yp, y):\n    return ((yp - y) ** 2).mean()\n"
    code, finding = found(capsys, written(text + mse), "--lang", "en", "--course", course)
    assert (code, finding["points"]) == (0, 1)
    assert f"line {line}: {error}" in finding["notes"][0]


@pytest.mark.parametrize(("text", "error", "line"), FAILURES)
def test_a_file_that_fails_as_a_whole_is_said_with_its_own_line(capsys, written, text, error, line):
    code, printed = check(capsys, written(text), "--lang", "en", "--course", written("seconds = 0.5", "course.toml"))
    assert code == 2
    assert f"line {line}" in printed
    assert error in printed
    assert "Traceback" not in printed
    assert printed.count("\n") == 1


def test_a_failure_in_a_notebook_names_its_cell(capsys, written):
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in ("a = 1", "b = 2\n1 / 0")]})
    code, finding = found(capsys, written(notebook, "answers.ipynb"), "--lang", "en")
    assert code == 1
    assert "code cell 2, line 2: ZeroDivisionError" in finding["notes"][0]


def test_one_exercise_that_fails_costs_that_exercise_only(capsys, written):
    text = RIGHT_TEXT.replace("return ((yp - y) ** 2).mean()", "return 1 / 0")
    _, finding = found(capsys, written(text), "--lang", "en")
    assert {exercise["name"]: exercise["verdict"] for exercise in finding["exercises"]}["mse"] == "wrong"
    assert "ZeroDivisionError" in finding["exercises"][1]["message"]
    assert finding["points"] >= 12


ENDS = [
    ("while True: pass", "within its time"),
    ("import os; os.abort()", "crashed Python"),
    ("import sys; sys.exit(0)", "exit()"),
]


@pytest.mark.parametrize(("statement", "words"), ENDS)
def test_a_loop_a_crash_or_an_exit_ends_in_a_finding(capsys, written, statement, words):
    text = RIGHT_TEXT.replace("    losses = []\n", f"    {statement}\n    losses = []\n")
    course = written("seconds = 0.5\n[exercises]\nmse = 1\ntrain = 1\nsgd_step = 1", "course.toml")
    code, finding = found(capsys, written(text), "--course", course, "--lang", "en")
    assert code == 1
    assert [exercise["verdict"] for exercise in finding["exercises"]] == ["right", "wrong", "right"]
    assert words in finding["exercises"][1]["message"]


@pytest.mark.parametrize(("no_colour", "painted"), [("", True), ("1", False)])
def test_colour_is_for_a_terminal_that_wants_it(capsys, monkeypatch, no_colour, painted):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", no_colour)
    assert ("\x1b[" in check(capsys, "--lesson", "height-weight", "--values", "dw=3")[1]) == painted


@pytest.mark.parametrize("name", ["none.py", "none.csv", "answers.txt", ""])
@pytest.mark.parametrize(("language", "words"), [("en", "; "), ("ko", "요")])
def test_what_cannot_be_read_is_said_in_one_line(capsys, tmp_path, name, language, words):
    code, finding = found(capsys, *([tmp_path / name] if name else []), "--lang", language)
    assert code == 2
    assert words in finding["error"]
    assert "\n" not in finding["error"]


def test_a_course_chooses_exercises_points_and_order(capsys, written):
    course = written("[exercises]\nmse = 1\npredict = 4", "course.toml")
    _, finding = found(capsys, RIGHT, "--course", course)
    assert [(exercise["name"], exercise["of"]) for exercise in finding["exercises"]] == [("mse", 1.0), ("predict", 4.0)]


@pytest.mark.parametrize(("reveal", "shown"), [("values", 2), ("hints", 1), ("verdicts", 0)])
def test_a_course_chooses_what_is_revealed(capsys, written, reveal, shown):
    course = written(f'reveal = "{reveal}"\n[exercises]\ngradients = 4', "course.toml")
    [exercise] = found(capsys, written(FACTOR), "--course", course, "--lang", "en")[1]["exercises"]
    assert (exercise["counterexample"] is not None) + bool(exercise["mistakes"]) == shown
    assert exercise["verdict"] == "wrong"
    assert ("expected" in exercise["message"]) == (shown == 2)


def test_a_bad_course_is_said_in_one_line(capsys, written):
    code, printed = check(capsys, RIGHT, "--course", written("reveal = 3", "course.toml"))
    assert (code, printed.count("\n")) == (2, 1)


def test_a_history_that_is_as_it_should_be_is_right(capsys, tmp_path):
    from compare.lessons import load
    from manual.sgd import SGD
    from manual.training import train

    lesson = load("hours-ability")
    x, y = np.array(lesson.x, dtype=float), np.array(lesson.y, dtype=float)
    hist = train(x, y, 0.0, 0.0, SGD(lr=0.01), 200).loss
    np.save(tmp_path / "hist.npy", hist)
    code, finding = found(capsys, tmp_path / "hist.npy", "--lesson", "hours-ability")
    assert (code, [exercise["name"] for exercise in finding["exercises"]]) == (0, ["history"])


def test_the_notebooks_own_history_shows_its_hidden_state(capsys, written):
    from compare.lessons import load

    losses = load("hours-ability-recorded").recorded["losses"]
    path = written("\n".join(losses), "hist.csv")
    code, finding = found(capsys, path, "--lesson", "hours-ability")
    assert code == 1
    assert set(finding["exercises"][0]["mistakes"]) == {"bias-frozen", "extra-step-before"}


@pytest.mark.parametrize(
    ("values", "code", "mistakes"),
    [
        (["dw=-19.04", "db=2"], 0, []),
        (["dw=-9.52", "db=1"], 1, ["missing-factor-two"]),
        (["dw=-95.2", "db=10"], 1, ["sum-not-mean"]),
    ],
)
def test_numbers_from_paper_are_judged_and_diagnosed(capsys, values, code, mistakes):
    given, finding = found(capsys, "--lesson", "height-weight", "--values", *values)
    assert given == code
    assert [name for exercise in finding["exercises"] for name in exercise["mistakes"]] == mistakes


@pytest.mark.parametrize("values", [["dw"], ["=3"], ["dw=abc"], ["speed=3"]])
def test_values_that_are_none_are_said_in_one_line(capsys, values):
    code, printed = check(capsys, "--lesson", "height-weight", "--values", *values)
    assert (code, printed.count("\n")) == (2, 1)


def test_neither_torch_nor_rich_nor_matplotlib_is_imported():
    heavy = "{'torch', 'matplotlib', 'rich', 'hypothesis', 'numpy', 'jinja2'} & set(sys.modules)"
    code = f"import sys; from compare.__main__ import main; main(['check', {str(RIGHT)!r}]); print({heavy})"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines()[-1] == "set()"


def test_a_page_is_written_of_a_file_that_cannot_be_run_too(capsys, written, tmp_path):
    code, _ = check(capsys, written("1 /"), "--lang", "en", "--page", tmp_path / "finding.html")
    page = (tmp_path / "finding.html").read_text(encoding="utf-8")
    assert code == 2
    assert "nothing could be checked: Python cannot read it: SyntaxError" in page
    assert "0 of 20" not in page


@pytest.mark.parametrize(("text", "code"), [("def mse(yp, y):\n  while 1: pass", 1), (2 * "while True: pass\n", 2)])
def test_the_limit_is_said_to_who_runs_into_it(capsys, written, text, code):
    course = written("seconds = 0.5\n[exercises]\nmse = 1", "course.toml")
    given, printed = check(capsys, written(text), "--course", course, "--lang", "en")
    assert given == code
    assert "within its time, 0.5 seconds, line" in " ".join(printed.split())


def test_numbers_from_paper_need_their_lesson(capsys):
    code, printed = check(capsys, "--lang", "en", "--values", "dw=1")
    assert (code, printed.count("\n")) == (2, 1)
    assert "--lesson" in printed


@pytest.mark.parametrize("command", ["check answers.py", "grade . --out ../grades"])
def test_what_lies_in_the_working_folder_is_imported_by_nobody(tmp_path, command):
    """A class handed in a `json.py`, and the instructor stands in its folder."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("re", "json", "numpy", "typing", "random", "rich", "sqlite3", "multiprocessing"):
        (folder / f"{name}.py").write_text(f"raise SystemExit('{name} of the working folder')\n")
    (folder / "answers.py").write_text(RIGHT.read_text(encoding="utf-8"), encoding="utf-8")
    given = [sys.executable, "-m", "compare", *command.split()]
    done = subprocess.run(given, cwd=folder, capture_output=True, text=True, check=False)
    assert "of the working folder" not in done.stdout + done.stderr
    assert done.returncode == 0
