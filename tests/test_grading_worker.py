"""One answer graded: our own solution first, and whatever cannot be graded said for what it is."""

from pathlib import Path

import pytest

from compare.exercises import course
from compare.exercises.findings import Failure
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.exercises.tasks import TASKS
from compare.grading import solution, worker
from compare.grading.batch import GraderFailure
from compare.grading.terms import Terms
from compare.grading.worker import Job

TERMS = Terms(course.read()._replace(points={"mse": 2.0}, history_points=3.0), "en", True)


def test_our_own_solution_has_full_marks_without_a_sandbox_too() -> None:
    functions = {task: vars(solution)[task] for task in TASKS}
    assert examine(b"", course.read(), Kernel(functions)).all_right


def test_our_own_solution_that_does_not_run_is_told_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.py").write_text("def mse(:")
    monkeypatch.setattr(worker, "SOLUTION", tmp_path / "broken.py")
    with pytest.raises(GraderFailure, match="full marks: bad-source SyntaxError"):
        worker.rehearse(TERMS)


def _broken(_: Terms) -> None:
    raise OSError("no more processes")


def test_a_fault_of_the_grader_is_no_finding_of_the_answer_and_stops_the_rehearsal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker._drop_sandbox()
    monkeypatch.setattr(worker, "_sandbox", _broken)
    assert worker.grade(TERMS, Job("key", ".py", b"")) == ("key", None, "OSError: no more processes")
    with pytest.raises(GraderFailure, match="could not be graded: OSError: no more processes"):
        worker.rehearse(TERMS)


@pytest.mark.parametrize(
    ("suffix", "source", "of", "detail"),
    [(".py", "x = 1".encode("utf-16"), 2.0, "UTF-16"), (".csv", b"0,abc\n", 3.0, "'0,abc'")],
)
def test_a_file_that_cannot_be_read_has_no_marks_and_is_told_why(
    suffix: str, source: bytes, of: float, detail: str
) -> None:
    graded = worker.grade(TERMS, Job("", suffix, source)).graded
    assert graded
    assert isinstance(graded.finding.failure, Failure)
    assert (graded.finding.points, graded.finding.of, graded.finding.exercises) == (0.0, of, ())
    assert detail in graded.finding.failure.detail
