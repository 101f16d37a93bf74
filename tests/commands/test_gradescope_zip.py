"""The zip for Gradescope, tried in Gradescope's layout: there is a results file whatever an answer does."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from compare.__main__ import main
from compare.commands import gradescope_zip
from compare.commands.gradescope_zip import Alone, alone, hours_late
from compare.exercises import course
from compare.exercises.course import Late
from compare.exercises.findings import Finding
from compare.grading import limits, worker
from compare.grading.ledger import Enrolled
from compare.grading.naming import Identity
from compare.grading.submissions import only_one
from compare.grading.terms import Graded, Terms
from compare.grading.worker import Done, Job
from tests import right_answers

TERMS = Terms(course.read(), "en", False)
RIGHT = Path(right_answers.__file__).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Gradescope makes of the zip, without the set-up that needs a network."""
    root = tmp_path_factory.mktemp("autograder")
    (root / "course.toml").write_text("seconds = 0.5\n[exercises]\npredict = 1\nmse = 2\n")
    course = ("--course", str(root / "course.toml"), "--lang", "en")
    assert main(["gradescope-zip", str(root / "autograder.zip"), *course]) == 0
    with zipfile.ZipFile(root / "autograder.zip") as archive:
        archive.extractall(root / "source")
    (root / "submission").mkdir()
    (root / "results").mkdir()
    return root


def graded(container: Path, kit: str = "source", python: str = sys.executable, **files: str) -> dict[str, Any]:
    """The results for a submission of these files."""
    shutil.rmtree(container / "submission")
    (container / "submission").mkdir()
    for name, text in files.items():
        (container / "submission" / name.replace("_py", ".py")).write_text(text)
    environment = {**os.environ, "AUTOGRADER": str(container), "PYTHON": python}
    environment.pop("PYTHONPATH", None)
    subprocess.run(["bash", str(container / kit / "run_autograder")], env=environment, check=True, capture_output=True)
    results = json.loads((container / "results" / "results.json").read_text(encoding="utf-8"))
    assert isinstance(results, dict)
    return results


def test_a_right_answer_has_full_marks_and_every_test_of_gradescopes_form(container: Path) -> None:
    results = graded(container, answers_py=RIGHT, **{"notes.txt": "hello"})
    assert results["score"] == 3.0
    assert "notes.txt: it is a .txt, no .py" in results["output"]
    assert [test["name"] for test in results["tests"]] == ["predict", "mse"]
    assert all(test["status"] == "passed" and test["visibility"] == "visible" for test in results["tests"])


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"answers_py": "x = ("}, "nothing could be checked"),
        ({"answers_py": "while True: pass"}, "did not end within its time"),
        ({"answers_py": "import os; os.kill(0, 9); os._exit(0)"}, "it ended the whole program"),
        ({"report.pdf": "%PDF"}, "was not graded"),
        ({"a_py": RIGHT, "b_py": RIGHT}, "several answers"),
        ({}, "was not graded"),
    ],
)
def test_there_is_a_results_file_whatever_the_answer_does(container: Path, files: dict[str, str], said: str) -> None:
    results = graded(container, **files)
    assert results["score"] == 0
    assert said in results["output"]


def test_a_file_that_cannot_be_taken_is_a_flaw_of_the_submission(tmp_path: Path) -> None:
    (tmp_path / "answers.py").symlink_to("/etc/passwd")
    who = Enrolled("answers.py", ANY, Identity("plain", "", ""), None, "link")
    assert alone(tmp_path, TERMS) == Alone(who, None, (), [])


@pytest.mark.parametrize(
    ("finding", "flaw"), [(Graded(Finding(1.0, 2.0, ())), None), (None, "grader-failed")], ids=["graded", "failed"]
)
def test_the_one_answer_is_graded_by_its_kind_and_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finding: Graded | None, flaw: str | None
) -> None:
    asked = []

    def grade(terms: Terms, job: Job) -> Done:
        asked.append((terms, job.suffix, job.source))
        return Done(job.key, finding, "" if finding else "grader-failed")

    monkeypatch.setattr(worker, "grade", grade)
    monkeypatch.setattr(worker, "missing_here", lambda terms: ("files",) if terms is TERMS else ())
    (tmp_path / "Homework.IPYNB").write_bytes(b"{}")
    (tmp_path / "notes.txt").write_text("hello")
    who = Enrolled("Homework.IPYNB", only_one(tmp_path)[0].id, Identity("plain", "", ""), None, flaw, "44136fa355b3")
    assert alone(tmp_path, TERMS) == Alone(who, finding, ("files",), [("notes.txt", "not-quite")])
    assert asked == [(TERMS, ".ipynb", b"{}")]


@pytest.mark.parametrize(
    ("at", "busy", "runs", "flaw"),
    [((), True, 1, None), ((1,), True, 2, None), ((1, 2), False, 2, None), ((1, 2), True, 2, "machine-busy")],
)
def test_what_stalled_is_run_once_more_and_is_never_final_on_a_busy_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: tuple[int, ...], busy: bool, runs: int, flaw: str | None
) -> None:
    (tmp_path / "kim.py").write_text("x = 1")
    seen: list[Job] = []

    def grade(_: Terms, job: Job) -> Done:
        seen.append(job)
        return Done(job.key, Graded(Finding(1.0, 2.0, ())), stalled=len(seen) in at)

    monkeypatch.setattr(worker, "grade", grade)
    monkeypatch.setattr(worker, "missing_here", lambda _: ())
    monkeypatch.setattr(limits, "is_busy", lambda: busy)
    found = alone(tmp_path, TERMS)
    assert (len(seen), found.who.flaw, found.graded is None) == (runs, flaw, flaw is not None)


def test_there_is_a_results_file_even_when_the_grader_cannot_start(container: Path) -> None:
    (container / "broken").mkdir(exist_ok=True)
    shutil.copy(container / "source" / "run_autograder", container / "broken")
    (container / "source").rename(container / "moved")
    try:
        results = graded(container, kit="broken", answers_py=RIGHT)
    finally:
        (container / "moved").rename(container / "source")
    assert results["score"] == 0
    assert "Tell your instructor" in results["output"]


def test_where_layers_are_withheld_the_container_stands_in_and_the_report_says_so(
    container: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compare.sandbox.calls import Layer

    monkeypatch.setattr(worker, "lacking", lambda _: (Layer("files", False, "Landlock"),))
    worker._drop_sandbox()
    (container / "submission" / "answers.py").write_text(RIGHT)
    assert main(["gradescope-zip", "--run", str(container), "--lang", "en"]) == 0
    worker._drop_sandbox()
    results = json.loads((container / "results" / "results.json").read_text(encoding="utf-8"))
    assert "the container that the grader runs in counts as the isolation" in results["output"]


def test_the_same_kit_and_course_give_the_same_zip_without_torchs_side(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        assert main(["gradescope-zip", str(tmp_path / name), "--lang", "ko"]) == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    names = zipfile.ZipFile(tmp_path / "one.zip").namelist()
    assert {"setup.sh", "run_autograder", "course.toml", "compare/__main__.py"} <= set(names)
    assert not [name for name in names if "torch_impl" in name or "__pycache__" in name]


def test_a_zip_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    assert main(["gradescope-zip", str(tmp_path / "no" / "folder.zip")]) == 2


METADATA = {
    "created_at": "2026-03-02T12:30:00.5-07:00",
    "assignment": {"due_date": "2026-03-02T10:30:00.5-07:00"},
    "users": [{"email": "kim@school.kr"}, {"assignment": {"due_date": "2026-03-02T11:00:00.5-07:00"}}],
}
DUE = datetime.fromisoformat("2026-03-02T12:00:00.5-07:00")
EARLIER = datetime.fromisoformat("2026-03-02T10:00:00.5-07:00")
EXTENDED = {"assignment": {"due_date": "2026-03-02T12:15:00.5-07:00"}}


@pytest.mark.parametrize(
    ("told", "due", "hours"),
    [
        (METADATA, None, 1.5),  # one of them has longer
        (METADATA, DUE, 0.5),
        (METADATA | {"users": [EXTENDED, {}]}, DUE, 0.25),  # an extension is theirs
        (METADATA | {"users": [EXTENDED]}, None, 0.25),
        (METADATA | {"users": [{"assignment": METADATA["assignment"]}]}, EARLIER, 2.5),  # no extension
        (METADATA | {"created_at": "2026-03-01T12:30:00Z"}, None, 0.0),
        (METADATA | {"users": []}, None, 2.0),
        (METADATA | {"assignment": {"due_date": None}, "users": [{"assignment": None}]}, None, 0.0),
        ({}, DUE, 0.0),
        ([], DUE, 0.0),
    ],
)
def test_gradescope_tells_how_late_a_submission_is(
    tmp_path: Path, told: object, due: datetime | None, hours: float
) -> None:
    (tmp_path / "submission_metadata.json").write_text(json.dumps(told))
    assert hours_late(tmp_path / "submission_metadata.json", Late(1, False, "hour", 5, 0, due)) == hours
    assert hours_late(tmp_path / "submission_metadata.json", None) == 0.0
    assert hours_late(tmp_path / "none.json", Late(1, False, "hour", 5, 0, due)) == 0.0


REFERENCE = """
def half(x: one):
    \"\"\"Half of it.\"\"\"
    h = x/2
    return h
"""
LESSON = """
title = "Own"
x = [1, 2]
y = [3, 5]
w = 0.0
b = 0.0
epochs = 3
[optimizer]
lr = 0.1
"""
OWN = """
reference = "../formulas/half.py"
title = "Halves"
[exercises]
half = 4
[history]
lesson = 'LESSON'
points = 2
[late]
points = 1
per = "hour"
[gradescope]
visibility = "after_due_date"
leaderboard = true
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The container of a course whose files lie in other folders."""
    root = tmp_path_factory.mktemp("own")
    for folder in ("formulas", "course", "results", "submission"):
        (root / folder).mkdir()
    (root / "formulas" / "half.py").write_text(REFERENCE)
    (root / "formulas" / "own.toml").write_text(LESSON)
    (root / "course" / "mine.toml").write_text(OWN.replace("LESSON", str(root / "formulas" / "own.toml")))
    options = ("--course", str(root / "course" / "mine.toml"), "--lang", "en")
    assert main(["gradescope-zip", str(root / "autograder.zip"), *options]) == 0
    with zipfile.ZipFile(root / "autograder.zip") as archive:
        archive.extractall(root / "source")
    shutil.rmtree(root / "formulas")
    return root


def test_files_of_the_course_go_in_under_plain_names(own: Path) -> None:
    names = {path.name for path in (own / "source").iterdir()}
    assert names == {"compare", "manual", "course.toml", "reference.py", "lesson.toml", "setup.sh", "run_autograder"}
    assert "formulas" not in (own / "source" / "course.toml").read_text()
    assert graded(own, answers_py="def half(x): return x / 2")["score"] == 4.0


def test_a_course_says_when_students_see_their_points_who_is_ranked_and_what_lateness_costs(own: Path) -> None:
    (own / "submission_metadata.json").write_text(json.dumps(METADATA))
    results = graded(own, answers_py="def half(x): return x * 0.5")
    assert results["score"] == 2.0
    assert "handed in late (1.5 hours): -2 points" in results["output"]
    assert results["visibility"] == results["tests"][0]["visibility"] == "after_due_date"
    assert results["leaderboard"] == [{"name": "points", "value": 2.0}, {"name": "right", "value": 1}]


def test_there_nothing_is_needed_but_python_and_numpy_of_known_hashes(own: Path, tmp_path: Path) -> None:
    setup = (own / "source" / "setup.sh").read_text()
    assert 'install --require-hashes --requirement "$root/source/compare/grading/numpy.lock"' in setup
    lock = (own / "source" / "compare" / "grading" / "numpy.lock").read_text()
    assert lock in (Path(__file__).parents[2] / "requirements.lock").read_text()
    assert set(re.findall(r"(?m)^\w+", lock)) == {"numpy"}
    others = ("rich", "jinja2", "pygments", "torch", "matplotlib")
    (tmp_path / "sitecustomize.py").write_text(f"import sys; sys.modules.update(dict.fromkeys({others}))")
    (tmp_path / "python").write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}" exec "{sys.executable}" "$@"\n')
    (tmp_path / "python").chmod(0o755)
    results = graded(own, python=str(tmp_path / "python"), answers_py="def half(x): return x / 2")
    assert (results["score"], "could not finish" in results["output"]) == (2.0, False)


@pytest.mark.parametrize("spoilt", ["_losses", "RUN"])
def test_what_does_not_grade_as_it_should_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], spoilt: str
) -> None:
    replacement: Any = {"_losses": lambda _: b"0,1\n", "RUN": gradescope_zip.RUN.replace("-m compare", "-m nothing")}
    monkeypatch.setattr(gradescope_zip, spoilt, replacement[spoilt])
    assert main(["gradescope-zip", str(tmp_path / "a.zip"), "--lang", "en"]) == 1
    assert re.search(r"what was built gives (history.csv|answers.py) 0 points", capsys.readouterr().err)
    assert not (tmp_path / "a.zip").exists()


def test_an_autograder_that_pays_for_a_wrong_answer_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gradescope_zip, "_ran", lambda *_: {"score": 20.0, "output": ""})
    assert main(["gradescope-zip", str(tmp_path / "a.zip"), "--lang", "en"]) == 1
    assert "what was built gives answers.py 20 points" in capsys.readouterr().err
