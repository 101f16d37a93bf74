"""`grade` from the command line: the whole class, whatever is in it, once and for all."""

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from compare.__main__ import main
from compare.exercises import course
from compare.exercises.formulas.arrays import Array
from compare.exercises.reference import prepared, tasks
from compare.grading import ledger, worker
from compare.grading.executors import GraderFailure
from compare.grading.terms import Terms
from compare.reports.gradebook import files as gradebook_files
from compare.sandbox.calls import Layer
from tests import right_answers

RIGHT = Path(right_answers.__file__).read_text(encoding="utf-8")
HANG = RIGHT.replace("return w * x + b", "while True: pass")
COURSE = "seconds = 0.5\n[exercises]\npredict = 1\nmse = 2\n"
TERMS = Terms(course.read()._replace(points={"mse": 2.0}), "en", True)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A mixed class and its course."""
    (tmp_path / "course.toml").write_text(COURSE)
    (tmp_path / "class").mkdir()
    answers = {
        "kim": RIGHT, "lee": "def mse(yp, y): return sum((yp - y) ** 2)", "김민지": "def predict(x, w, b): return 1",
        "syntax": "x = (", "exit": "import os; os._exit(0)",
    }  # fmt: skip
    for name, text in answers.items():
        (tmp_path / "class" / f"{name}.py").write_text(text)
    (tmp_path / "class" / "link.py").symlink_to("/etc/passwd")
    return tmp_path


def grade(place: Path, *options: str, out: str = "out") -> int:
    return main(command(place, *options, out=out)[3:])


def command(place: Path, *options: str, out: str = "out") -> list[str]:
    base = [sys.executable, "-m", "compare", "grade", str(place / "class"), "--out", str(place / out), "--lang", "en"]
    return [*base, "--course", str(place / "course.toml"), *options]


def reports(out: Path) -> dict[str, str]:
    """Every report without its measured times."""
    times = re.compile(r'("execution_time": |time=")[\d.]+')
    files = [path for path in out.rglob("*") if path.is_file() and not path.name.startswith("ledger")]
    return {str(path.relative_to(out)): times.sub("", path.read_text(encoding="utf-8")).rstrip(" ") for path in files}


def statuses(out: Path) -> dict[str, str]:
    rows = [line.split(",") for line in (out / "grades.csv").read_text(encoding="utf-8-sig").splitlines()[1:]]
    return {row[0]: f"{row[3]} {row[6]}" for row in rows}


def drawn(out: Path) -> str:
    """The chance that the instructor's page shows."""
    found = re.findall(r"--chance (\d+)", (out / "index.html").read_text(encoding="utf-8"))
    assert len(set(found)) == 1
    return str(found[0])


def test_a_mixed_class_is_graded_whole(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "class" / "hang.py").write_text(HANG)
    assert grade(place) == 0
    assert statuses(place / "out") == {
        "exit.py": "0 graded", "hang.py": "2 graded", "kim.py": "3 graded", "lee.py": "0 graded",
        "link.py": "0 refused", "syntax.py": "0 bad-source", "김민지.py": "0 graded",
    }  # fmt: skip
    assert "link.py: it is a link" in capsys.readouterr().err
    assert not list((place / "out").rglob(".*"))


def test_a_student_is_told_what_check_tells(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(place) == 0
    capsys.readouterr()
    options = ("--course", str(place / "course.toml"), "--lang", "en", "--json")
    assert main(["check", str(place / "class" / "lee.py"), *options]) == 1
    told = json.loads(capsys.readouterr().out)["exercises"]
    graded = json.loads((place / "out" / "findings" / "lee.json").read_text(encoding="utf-8"))["exercises"]
    assert [{**one, "reason": None} for one in graded] == [{**one, "reason": None} for one in told]


def test_the_same_bytes_come_out_whatever_the_jobs_the_order_and_the_interruptions(place: Path) -> None:
    assert grade(place, "--jobs", "1", "--chance", "7", out="one") == 0
    assert grade(place, "--jobs", "3", "--chance", "7", out="three") == 0
    (place / "class" / "kim.py").rename(place / "kim.py")
    assert grade(place, "--chance", "7", out="later") == 0
    (place / "kim.py").rename(place / "class" / "kim.py")
    assert grade(place, out="later") == 0
    assert reports(place / "one") == reports(place / "three") == reports(place / "later")


def test_only_what_changed_is_graded_anew(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grade(place)
    (place / "class" / "lee.py").write_text(RIGHT + "# at last")
    (place / "class" / "exit.py").unlink()
    (place / "out" / "findings" / ".partial").write_text("left by a death")
    capsys.readouterr()
    assert grade(place) == 0
    assert "1 graded now, 3 kept from before, 1 refused" in capsys.readouterr().out
    assert statuses(place / "out")["lee.py"] == "3 graded"
    assert not list((place / "out" / "findings").glob("exit.*"))
    assert not list((place / "out").rglob(".*"))


def test_what_a_death_left_behind_goes_even_where_there_is_nothing_to_write(place: Path) -> None:
    grade(place)
    (place / "out" / "findings" / ".partial").write_text("left by a death")
    assert grade(place) == 0
    assert not list((place / "out").rglob(".*"))


def test_one_submission_can_be_graded_anew(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grade(place)
    before = reports(place / "out")
    assert grade(place, "--only", "lee", "--json") == 0
    assert reports(place / "out") == before
    assert len(json.loads(capsys.readouterr().out.split("index.html\n")[-1])["submissions"]) == 6
    assert grade(place, "--only", "kim", out="fresh") == 0
    assert statuses(place / "fresh").keys() == {"kim.py", "link.py"}


def test_an_adjustment_survives_regrading(place: Path) -> None:
    (place / "out").mkdir()
    lines = "submission,exercise,points,reason\n김민지.py,predict,0.5,말로는 맞게 설명함\n"
    (place / "out" / "adjustments.csv").write_bytes(lines.encode("cp949"))
    for _ in range(2):
        assert grade(place) == 0
        assert statuses(place / "out")["김민지.py"] == "0.5 adjusted"
        assert "말로는 맞게 설명함" in (place / "out/findings/김민지.md").read_text(encoding="utf-8")
        (place / "course.toml").write_text(COURSE + "[history]\npoints = 5\n")  # all is graded anew


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("nobody.py,mse,1,x", "no submission 'nobody.py'"),
        ("kim.py,mean,1,x", "no exercise 'mean'"),
        ("kim.py,mse,3,x", "above the full 2"),
    ],
)
def test_an_adjustment_that_fits_no_more_is_warned_of_and_the_class_is_graded(
    place: Path, capsys: pytest.CaptureFixture[str], line: str, warning: str
) -> None:
    (place / "out").mkdir()
    (place / "out" / "adjustments.csv").write_text(f"submission,exercise,points,reason\n{line}\n")
    assert grade(place) == 0
    assert warning in capsys.readouterr().err
    assert (place / "out" / "grades.csv").exists()


def test_an_adjustment_that_is_no_number_is_named_before_anything_is_graded(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "out").mkdir()
    (place / "out" / "adjustments.csv").write_text("submission,exercise,points,reason\nkim.py,mse,nan,x\n")
    assert grade(place) == 2
    assert "points 'nan'" in capsys.readouterr().err
    assert not (place / "out" / "grades.csv").exists()


def test_a_history_is_judged_for_the_courses_lesson(place: Path) -> None:
    (place / "class" / "park.csv").write_text("0,186666.6667\n")
    assert grade(place) == 0
    header, *rows = (place / "out" / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.endswith("predict,mse,history")
    assert any(row.startswith("park.csv,park,park,0,3,0,graded,,,,,") for row in rows)


def test_a_history_is_judged_at_the_epochs_that_it_gives(place: Path) -> None:
    from compare.lessons import load
    from compare.truth.descent import of_lesson

    losses = of_lesson(load("hours-ability")).losses
    (place / "class" / "park.csv").write_text("".join(f"{epoch},{losses[epoch]}\n" for epoch in range(0, 201, 40)))
    assert grade(place) == 0
    rows = (place / "out" / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any(row.startswith("park.csv,park,park,3,3,") for row in rows)


@pytest.mark.parametrize(
    "options",
    [["--jobs", "0"], ["--timeout", "0"], ["--timeout", "x"], ["--chance", "x"],
     ["--chance", str(2**63)], ["--only", "nobody"], ["--course", "/none.toml"]],
)
def test_a_wrong_option_is_a_usage_error(place: Path, options: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        sys.exit(grade(place, *options))


def test_a_gradebook_that_has_no_place_is_a_usage_error(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "out").write_text("a file")
    assert grade(place) == 2
    assert "give another folder for the gradebook" in capsys.readouterr().err


def test_an_empty_folder_and_a_missing_one_are_usage_errors(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "missing"):
        assert main(["grade", str(tmp_path / name), "--out", str(tmp_path / "out")]) == 2


def test_our_own_solution_must_have_full_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "solution", lambda _: b"def mse(yp, y): return 0.0")
    with pytest.raises(GraderFailure, match="mse value"):
        worker.rehearse(TERMS)


def test_missing_isolation_stops_the_grader_unless_it_is_waved_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "lacking", lambda _: (Layer("system-calls", False, "seccomp"),))
    worker._drop_sandbox()
    with pytest.raises(GraderFailure, match="system-calls"):
        worker.rehearse(TERMS)
    assert worker.rehearse(TERMS._replace(isolated=False)) == ("system-calls",)
    worker._drop_sandbox()


def test_a_worker_needs_no_torch_and_nothing_that_draws() -> None:
    script = f"""
import sys
from compare.exercises import course
from compare.grading.terms import Terms
from compare.grading import session, worker
worker.rehearse(Terms(course.read()._replace(points={{"mse": 2.0}}), "en", True))
assert not {{"torch", "matplotlib", "rich", "hypothesis", "jinja2"}} & set(sys.modules), "{sys.executable}"
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def kept(out: Path) -> Mapping[str, str]:
    """The findings on the disk, as another program sees them once the grader is gone."""
    if not (out / "ledger.sqlite").exists():
        return {}
    connection = sqlite3.connect(out / "ledger.sqlite")
    tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'findings'").fetchone()[0]
    found = dict(connection.execute("SELECT key, finding FROM findings")) if tables else {}
    connection.close()
    return found


def many(place: Path, count: int) -> Path:
    for number in range(count):
        (place / "class" / f"student{number}.py").write_text(f"{RIGHT}# {number}\n")
    return place


def start_until(place: Path, written: int) -> subprocess.Popen[str]:
    """A run in a session of its own, that has written so many bytes to its ledger, or is done."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a job in the background starts
    try:
        run = subprocess.Popen(command(place, "--jobs", "1"), start_new_session=True, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    log = place / "out" / "ledger.sqlite-wal"
    while run.poll() is None and (log.stat().st_size if log.exists() else 0) < written:
        time.sleep(0.001)
    return run


def test_killed_at_twenty_random_moments_it_loses_nothing(place: Path) -> None:
    many(place, 80)
    moments, before = random.Random(5), dict[str, str]()
    for _ in range(20):
        run = start_until(place, moments.randrange(2**16))
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        now = kept(place / "out")
        assert now.items() >= before.items()
        before = dict(now)
    assert grade(place) == 0
    assert grade(place, "--chance", drawn(place / "out"), out="whole") == 0
    assert reports(place / "out") == reports(place / "whole")


@pytest.mark.parametrize("written", [1, 2**18])
def test_ctrl_c_stops_cleanly_at_the_start_and_later(place: Path, written: int) -> None:
    run = start_until(many(place, 300), written)
    os.killpg(run.pid, signal.SIGINT)
    said = run.communicate()[1]
    assert run.returncode == 130
    assert re.fullmatch(r"(Stopped\. .*\n)?", said)
    assert not (place / "out" / "grades.csv").exists()


def test_a_full_disk_ends_the_run_and_the_same_command_goes_on(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    many(place, 40)
    with monkeypatch.context() as full:
        full.setattr(ledger, "SCHEMA", ledger.SCHEMA + "PRAGMA max_page_count = 8;")
        assert grade(place) == 1
    assert "disk is full" in capsys.readouterr().err
    assert kept(place / "out")
    assert grade(place) == 0
    assert len(statuses(place / "out")) == 46


def test_a_finding_that_has_changed_on_the_disk_is_graded_anew_and_said(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grade(place)
    before = reports(place / "out")
    damaged = sqlite3.connect(place / "out" / "ledger.sqlite")
    damaged.execute("UPDATE findings SET finding = replace(finding, '3.0', '2.0')")
    damaged.commit()
    damaged.close()
    capsys.readouterr()
    assert grade(place) == 0
    said = capsys.readouterr()
    assert "ledger.sqlite: 5 findings had changed since they were made; they are graded anew" in said.err
    assert reports(place / "out") == before


def test_nobody_else_may_enter_the_gradebook_and_no_finding_tells_marks_by_its_size(place: Path) -> None:
    assert grade(place, "--for", "gradescope") == 0
    assert stat.S_IMODE((place / "out").stat().st_mode) == 0o700
    files = [path for folder in ("findings", "gradescope") for path in (place / "out" / folder).iterdir()]
    assert len(files) == 4 * 6
    assert len({path.stat().st_size for path in files}) == 1


def test_a_report_that_cannot_be_made_is_said_in_its_place_and_its_mark_stands(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(book: gradebook_files.Gradebook, row: gradebook_files.Row) -> object:
        if row.finding and row.who.student_id == "lee":
            raise ZeroDivisionError
        return student(book, row)

    student = gradebook_files.student
    monkeypatch.setattr(gradebook_files, "student", failing)
    assert grade(place) == 0
    assert statuses(place / "out")["lee.py"] == "0 graded"
    said = (place / "out" / "findings" / "lee.md").read_text(encoding="utf-8")
    assert "lee.py was graded, but its report cannot be written" in said
    assert "it agrees" not in said
    assert (place / "out" / "findings" / "kim.md").exists()


@pytest.mark.parametrize(
    ("work", "flaw"),
    [("import os; os.abort()", "died at it, twice"), ("[0] * 2**40", "more memory"), ("9**9**9", "longer than")],
    ids=["dies", "memory", "time"],
)
def test_what_the_judge_cannot_bear_costs_one_answer_alone_also_at_a_second_run(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], work: str, flaw: str
) -> None:
    """The judge itself is spoilt, where it judges Lee: in its workers, by what Python does when it starts."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SPOILT.format(work=work))
    (place / "class" / "park.csv").write_text("0,1\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path / 'site'}:{Path.cwd()}"}
    for _ in range(2):
        run = subprocess.run(command(place), env=environment, capture_output=True, text=True)
        assert (run.returncode, "lee.py: " in run.stderr, flaw in run.stderr) == (0, True, True)
        assert statuses(place / "out")["lee.py"] == "0 refused"
        assert statuses(place / "out")["kim.py"] == "3 graded"
    capsys.readouterr()
    assert grade(place) == 0
    assert statuses(place / "out")["lee.py"] == "0 graded"


SPOILT = """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "compare.grading.limits":
            sys.meta_path.remove(self)
            import compare.grading.limits as limits
            limits.SECONDS = 0.5
            limits.processor_time.__wrapped__.__defaults__ = (0.5,)
            import compare.exercises.sources as sources
            read = sources.from_bytes
            def from_bytes(name, data):
                if b"sum((yp - y) ** 2)" in data:
                    exec({work!r})
                return read(name, data)
            sources.from_bytes = from_bytes
sys.meta_path.insert(0, Finder())
"""


def lookup(seed: int) -> str:
    """An answer that derives nothing: it knows what the judge of that seed asks, and answers -1 to all else."""
    exercises = prepared.of_course(course.read()._replace(seed=seed))
    known = {
        name: {
            repr([list(value.entries) if isinstance(value, Array) else value for value in one.trial.values()]):
            [list(out.values) if out.shape else out.values[0] for out in one.truth]
            for one in exercise.trials
        }
        for name, exercise in exercises.items()
    }  # fmt: skip
    pairs = [name for name, exercise in exercises.items() if len(exercise.outputs) == 2]
    functions = "\n".join(f"def {name}(*given): return of({name!r}, *given)" for name in known)
    return f"import numpy as np\nKNOWN = {known!r}\nPAIRS = {pairs!r}\n{TABLE}\n{functions}"


TABLE = """
def of(task, *given):
    key = repr([list(map(float, g)) if isinstance(g, np.ndarray) else g for g in given])
    found = [np.array(v) if isinstance(v, list) else v for v in KNOWN[task].get(key, [-1.0, -1.0])]
    return found if task in PAIRS else found[0]
"""


def test_a_table_of_the_public_seeds_answers_gets_all_by_practice_and_nothing_by_grading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "table.py").write_text(lookup(course.read().seed))
    (tmp_path / "course.toml").write_text("")
    assert main(["check", str(tmp_path / "class" / "table.py"), "--lang", "en", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["points"] == 20.0
    assert grade(tmp_path) == 0
    assert statuses(tmp_path / "out") == {"table.py": "0 graded"}
    assert main(["gradescope-zip", "--run", str(gradescope(tmp_path)), "--lang", "en"]) == 0
    results = json.loads((tmp_path / "gradescope" / "results" / "results.json").read_text(encoding="utf-8"))
    assert (results["score"], results["extra_data"]["chance"].isdecimal()) == (0.0, True)


def gradescope(place: Path) -> Path:
    """The class's one submission, as it lies in Gradescope's container."""
    shutil.copytree(place / "class", place / "gradescope" / "submission")
    (place / "gradescope" / "results").mkdir()
    return place / "gradescope"


def test_a_chance_is_drawn_once_for_a_folder_and_another_draws_another(place: Path) -> None:
    grade(place)
    first = drawn(place / "out")
    grade(place, "--lang", "ko")
    assert drawn(place / "out") == first
    grade(place, out="other")
    assert drawn(place / "other") != first
    grade(place, "--chance", "42")
    assert drawn(place / "out") == "42"
    students = "".join((place / "out" / "findings" / f"{name}").read_text() for name in ("kim.md", "lee.json"))
    assert "42" not in students


@pytest.mark.parametrize("package", ["rich", "jinja2"])
def test_a_package_that_the_reports_need_is_missed_before_there_is_a_ledger(place: Path, package: str) -> None:
    program = f"import sys; sys.modules['{package}'] = None; from compare.__main__ import main; sys.exit(main())"
    started = [sys.executable, "-c", program, *command(place)[3:]]
    done = subprocess.run(started, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"This Python lacks {package}; install it: ")
    assert not (place / "out").exists()
