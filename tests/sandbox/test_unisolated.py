"""Without fork one's own file runs in a process of its own with the sandbox's findings, and all else is refused."""

import json
import os
import subprocess
import sys
import time
from array import array
from pathlib import Path

import pytest

from compare.sandbox import unisolated
from compare.sandbox.calls import CRASHED, EXITED, KILLED, STALLED, TIMED_OUT, Exercise, Limits, Vector
from compare.sandbox.results import End, failure_of
from compare.sandbox.run import Sandbox, SandboxError
from compare.sandbox.unisolated import Unisolated

ROOT = Path(__file__).parents[2]
STUB = ROOT / "tests/nofork"
RIGHT = (ROOT / "tests/right_answers.py").read_text(encoding="utf-8")
ONE = (Exercise("f", ("x",), 1, ((Vector(array("d", [1.0, 2.0])),),)), Exercise("g", ("t",), 1, ((3.0,), (4.0,))))
SHORT, PATIENT = Limits(seconds=0.5, patience=4.0), Limits(seconds=0.5, patience=80.0)
G = "\ndef g(t): return t"


def run(text, limits=SHORT):
    with Unisolated() as runner:
        return runner.run(text.encode(), ONE, limits)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x): return x.sum()" + G,
        "import torch\ntorch.manual_seed(0)\ndef f(x): return torch.ones(2)" + G,
        "def f(x):\n    x += 1\n    return [1, [2, 3]]" + G,
        "def f(x):\n    return 1 / 0" + G,
        "def f(x):\n    import compare\n    return 1" + G,
        "def f(x):\n    import rich\n    return 1" + G,
        "def f(x):\n    import os\n    os._exit(3)" + G,
        "def f(x):\n    raise SystemExit(4)" + G,
        "def f(x):\n    raise MemoryError" + G,
        "def f(x):\n    ..." + G,
        "def F(x): return 'text'" + G,
        "import random\nimport numpy as np\ndef f(x): return [random.random(), np.random.rand()]",
        "def f(x): return hash('t')" + G,
        "print('\u00e9' * 100000)\ndef f(x): return open(0).read()" + G,
        "def f(x): return 1\nraise ValueError('top')",
        "def f(x: return 1",
        "",
    ],
)
def test_what_an_answer_gets_and_gives_is_what_it_is_in_a_sandbox(text):
    with Sandbox() as sandbox:
        isolated = sandbox.run(text.encode(), ONE)
    found = run(text, Limits())
    if isinstance(isolated, tuple) and hasattr(isolated, "reason"):
        isolated, found = [isolated], [found]
    assert [one._replace(cpu=0.0, wall=0.0) for one in found] == [one._replace(cpu=0.0, wall=0.0) for one in isolated]


@pytest.mark.parametrize(
    ("body", "limits", "reason", "line"),
    [
        ("while True: pass", PATIENT, TIMED_OUT, 2),
        ("import time; time.sleep(60)", SHORT, STALLED, 2),
        ("sum(range(10 ** 12))", SHORT, TIMED_OUT, None),  # nothing else comes to its turn meanwhile
    ],
)
def test_what_does_not_end_is_ended_and_the_next_exercise_has_its_turn(body, limits, reason, line):
    started = time.monotonic()
    f, g = run(f"def f(x):\n    {body}" + G, limits)
    assert (f.reason, f.line, g.reason) == (reason, line, None)
    assert f.wall > 0
    assert time.monotonic() - started < 30


def test_a_statement_of_the_top_level_that_does_not_end_is_left_out_and_a_second_one_fails_the_whole():
    once = "while True:\n    pass\n"
    assert all("left-out:1:timed-out:" in answer.notes for answer in run(once, PATIENT))
    failure = run(once + once, PATIENT)
    assert (failure.reason, failure.line) == (TIMED_OUT, 3)


def test_a_source_that_is_too_large_is_not_even_written():
    assert run("#" * (1 << 21)).reason == "bad-source"


@pytest.mark.parametrize(
    ("code", "reason"), [(0, EXITED), (3, EXITED), (0xC0000005, CRASHED), (-11, CRASHED), (-9, KILLED)]
)
def test_an_exit_code_of_windows_is_told_from_one_of_the_answers(code, reason):
    failure = failure_of(End(code, False, 0.1, 0.1, (1, -1, 0, 0, 0, 0, -1), ()), 2.0)
    assert failure.reason == reason


def test_a_process_that_does_not_come_to_the_answer_is_no_fault_of_the_answers(monkeypatch):
    monkeypatch.setattr(unisolated, "numpy_folder", lambda: "/nowhere")
    with pytest.raises(SandboxError, match="nowhere"):
        run(RIGHT)


def compare(*arguments, stub=True, **environment):
    """`python -m compare` where there is no fork, in its child processes neither."""
    paths = {"PYTHONPATH": str(STUB)} if stub else {}
    variables = {**os.environ, **paths, **environment}
    command = [sys.executable, "-m", "compare", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, encoding="utf-8", check=False)


def test_the_stub_reaches_child_processes():
    asked = "import os, subprocess, sys; print(hasattr(os, 'fork'), flush=True); len(sys.argv) > 1 or "
    asked += "subprocess.run([sys.executable, '-c', sys.orig_argv[2], 'again'])"
    environment = os.environ | {"PYTHONPATH": str(STUB)}
    said = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == "False\nFalse\n"


@pytest.mark.parametrize("form", [["--lang", "en"], ["--json", "--lang", "ko"]])
def test_the_report_is_that_of_the_sandbox_line_for_line(form, tmp_path):
    path = tmp_path / "answers.py"
    wrong = RIGHT.replace("2 * np.mean(r * x), 2 * np.mean(r)", "np.mean(r * x), np.mean(r)")
    path.write_text("import torch\n" + wrong.replace("return ((yp - y) ** 2).mean()", "return 1 / 0"), encoding="utf-8")
    here, there = compare("check", path, *form), compare("check", path, *form, stub=False)
    assert (here.stdout, here.returncode) == (there.stdout, 1)
    assert there.stderr == ""
    assert here.stderr.count("\n") == 1
    assert ("unisolated" in here.stderr) is ("en" in form)


def test_a_notebook_is_checked_too(tmp_path):
    path = tmp_path / "answers.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": RIGHT}], "nbformat": 4}), encoding="utf-8")
    assert json.loads(compare("check", path, "--json").stdout)["points"] == 20


def test_what_runs_no_answer_says_nothing_of_isolation(tmp_path):
    assert compare("new", tmp_path / "answers.py").returncode == 0
    found = compare("check", "--values", "dw=-19.04", "--lesson", "height-weight")
    assert (found.returncode, found.stderr) == (0, "")
    in_a_kernel = "from compare import check\ndef mse(yp, y): return ((yp - y) ** 2).mean()\nprint(check(mse))"
    environment = os.environ | {"PYTHONPATH": f"{STUB}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", in_a_kernel]
    said = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "2 of 2" in said.stdout


@pytest.mark.parametrize(("language", "words"), [("en", "no fork"), ("ko", "fork가 없")])
@pytest.mark.parametrize("command", [["grade", "tests", "--unsafe", "--out"], ["gradescope-zip"]])
def test_what_runs_the_answers_of_others_is_refused_with_the_reason(command, language, words, tmp_path):
    found = compare(*command, tmp_path / "out", "--lang", language)
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert words in found.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("language", "words"), [("en", "no fork"), ("ko", "fork가 없")])
def test_doctor_reports_instead_of_refusing(language, words):
    found = compare("doctor", "--lang", language)
    assert (found.returncode, found.stderr) == (1, "")
    assert words in found.stdout
    assert "numpy" in found.stdout
