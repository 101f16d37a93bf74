"""One answer graded: our own solution first, and whatever cannot be graded said for what it is."""

import json
import pickle
import socket
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple

import pytest

from compare.exercises import course
from compare.exercises.draws import drawn
from compare.exercises.findings import ExerciseFinding, Failure, Finding
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.exercises.reference import prepared, tasks
from compare.exercises.reference.prepared import sets
from compare.grading import worker
from compare.grading.executors import GraderFailure
from compare.grading.terms import Terms
from compare.grading.worker import Done, Job, Watched
from compare.sandbox.calls import Answer, Limits, Results, SourceFailure

RIGHT = b"def mse(yp, y):\n    return ((yp - y) ** 2).mean()\n"
WRONG = b"def mse(yp, y):\n    return ((yp - y) ** 2).sum()\n"
TERMS = Terms(course.read()._replace(points={"mse": 2.0}, history_points=3.0), "en", True)


def test_our_own_solution_has_full_marks_without_a_sandbox_too() -> None:
    assert examine(tasks.solution(course.read()), course.read(), Kernel({})).all_right


def test_our_own_solution_that_does_not_run_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "solution", lambda _: b"def mse(:")
    with pytest.raises(GraderFailure, match="full marks: bad-source SyntaxError"):
        worker.rehearse(TERMS)


def _broken(_: Terms) -> None:
    raise OSError("no more processes")


def test_a_fault_of_the_grader_is_no_finding_of_the_answer_and_stops_the_rehearsal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker._drop_sandbox()
    monkeypatch.setattr(worker, "_sandbox", _broken)
    failed = Done("key", None, "grader-failed", "OSError: no more processes")
    assert worker.grade(TERMS, Job("key", ".py", b"")) == failed
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


class Layer(NamedTuple):
    name: str


class Alone:
    """A sandbox that is none, and the layers that it lacks."""

    missing: ClassVar[list[str]] = []

    def __init__(self, nursery: socket.socket | None) -> None:
        self.run, self.closed, self.nursery, self.computed = Kernel({}).run, False, nursery, 0.0

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Alone]]:
    """What is graded is run in this process."""
    worker._drop_sandbox()
    monkeypatch.setattr(worker, "Sandbox", Alone)
    monkeypatch.setattr(worker, "lacking", lambda sandbox: tuple(map(Layer, sandbox.missing)))
    monkeypatch.setattr(Alone, "missing", [])
    yield Alone
    worker._mine.__dict__.clear()


class Clock:
    """Runs that take so long by the wall clock each, and give that."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, takes: float, computes: float, *given: Answer | SourceFailure
    ) -> None:
        self.now, self.computed, self.takes, self.computes, self.given = 5.0, 7.0, takes, computes, given
        monkeypatch.setattr(worker, "monotonic", lambda: self.now)

    def run(self, *_: object) -> tuple[Answer, ...] | SourceFailure:
        self.now, self.computed = self.now + self.takes, self.computed + self.computes
        first = self.given[0]
        return first if isinstance(first, SourceFailure) else self.given  # type: ignore[return-value]


def _ended(reason: str | None, *notes: str) -> Answer:
    return Answer("mse", reason, "", None, None, Results((), array("d")), notes)


@pytest.mark.parametrize(
    ("given", "takes", "computes", "runs", "stalled"),
    [
        ([_ended("stalled")], 0.1, 0.1, 1, True),
        ([_ended(None), _ended("stalled")], 0.1, 0.1, 1, True),
        ([SourceFailure("stalled", "", None)], 0.1, 0.1, 1, True),
        ([SourceFailure("timed-out", "", None)], 0.1, 0.1, 1, False),
        ([_ended("timed-out")], 2.1, 2.0, 9, False),
        ([_ended(None, "left-out:3:stalled:")], 0.1, 0.1, 1, True),
        ([_ended(None, "left-out:3:timed-out:", "left-out:4:error:E: stalled:", "form:stalled")], 0.1, 0.1, 1, False),
        ([_ended(None)], 99.0, 0.0, 1, False),  # the first run is told apart by its answers alone
        ([_ended(None)], 5.0, 0.0, 3, False),
        ([_ended(None)], 5.5, 0.25, 3, True),
        ([_ended(None)], 9.0, 4.0, 3, False),
    ],
)
def test_what_the_wall_clock_cut_short_is_told_from_what_computed(
    monkeypatch: pytest.MonkeyPatch,
    given: list[Answer | SourceFailure],
    takes: float,
    computes: float,
    runs: int,
    stalled: bool,
) -> None:
    watched = Watched(Clock(monkeypatch, takes, computes, *given), 2.0)  # type: ignore[arg-type]
    for _ in range(runs):
        found = watched.run(b"", (), Limits())
        assert found == (given[0] if isinstance(given[0], SourceFailure) else tuple(given))
    assert watched.stalled is stalled


@pytest.mark.parametrize(
    ("given", "killed"),
    [
        (_ended("killed"), True), (_ended("out-of-memory"), False), (SourceFailure("killed", "", None), True),
        (_ended(None, "left-out:3:killed:"), True), (_ended(None, "left-out:3:error:killed:"), False),
    ],
)  # fmt: skip
def test_what_the_system_killed_for_want_of_memory_is_told_from_what_asked_for_too_much(
    monkeypatch: pytest.MonkeyPatch, given: Answer | SourceFailure, killed: bool
) -> None:
    watched = Watched(Clock(monkeypatch, 0.1, 0.1, given), 2.0)  # type: ignore[arg-type]
    watched.run(b"", (), Limits())
    assert (watched.killed, watched.stalled) == (killed, False)


@pytest.mark.parametrize(
    ("source", "stalled"),
    [
        (b"import time\ntime.sleep(9)\n" + RIGHT, True),
        (RIGHT + b"while True: pass\n", False),
        (RIGHT.replace(b"return", b"import time; time.sleep(9); return"), True),
        (RIGHT, False),
    ],
    ids=["top-level-sleeps", "top-level-computes", "function-sleeps", "right"],
)
def test_an_answer_that_waits_is_told_from_one_that_computes(source: bytes, stalled: bool) -> None:
    rules = TERMS._replace(course=TERMS.course._replace(seconds=0.2))
    try:
        assert worker.grade(rules, Job("", ".py", source)).stalled is stalled
    finally:
        worker._drop_sandbox()


@pytest.mark.usefixtures("alone")
def test_an_answer_is_graded_with_the_seconds_it_took_and_where_its_cells_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells = {"cells": [{"cell_type": "code", "source": RIGHT.decode()}, {"cell_type": "code", "source": "a = 1"}]}
    for suffix, source, starts in ((".py", RIGHT, ()), (".ipynb", json.dumps(cells).encode(), (2, 5))):
        clock = iter([10.0, 12.5])
        monkeypatch.setattr(worker, "perf_counter", lambda clock=clock: next(clock))
        done = worker.grade(TERMS, Job("key", suffix, source))
        assert (done.key, done.fault) == ("key", "")
        assert done.graded
        assert (done.graded.starts, done.graded.seconds) == (starts, 2.5)
        assert (done.graded.finding.points, done.graded.finding.of) == (2.0, 2.0)


@pytest.mark.usefixtures("alone")
def test_a_course_that_our_own_solution_passes_is_rehearsed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worker.rehearse(TERMS) == ()
    monkeypatch.setattr(tasks, "solution", lambda _: WRONG)
    with pytest.raises(GraderFailure, match=r"full marks: mse \S+; see the course's limits"):
        worker.rehearse(TERMS)


def test_only_what_is_not_right_is_told_of_a_rehearsal_that_fails() -> None:
    found = [ExerciseFinding(name, verdict, 1.0, 0.0, reason="values")
             for name, verdict in (("mse", "wrong"), ("train", "right"), ("predict", "unchecked"))]  # fmt: skip
    assert worker._faults(Finding(1.0, 3.0, tuple(found))) == "mse values, predict values; see the course's limits"
    assert worker._faults(Finding(0.0, 3.0, (), Failure("timeout", "", None))) == "timeout"


def test_a_thread_has_one_sandbox_until_it_is_dropped(alone: type[Alone]) -> None:
    sandbox = worker._sandbox(TERMS)
    assert isinstance(sandbox, alone)
    assert worker._sandbox(TERMS) is sandbox
    worker._drop_sandbox()
    assert sandbox.closed
    assert worker._sandbox(TERMS) is not sandbox


def pool_of(terms: Terms) -> dict[prepared.Key, prepared.Prepared]:
    return dict(map(worker.prepare, worker.keys_of(terms)))


def test_the_pool_of_a_chance_is_every_set_of_every_exercise_once() -> None:
    terms = TERMS._replace(chance=5, course=TERMS.course._replace(points={"mse": 2.0, "train": 1.0, "sgd_step": 1.0}))
    found = pool_of(terms)
    for task in terms.course.points:
        of_task = [one for (_, name, _), one in found.items() if name == task]
        assert len(of_task) == sets(terms.course.formulas, task)
        assert len({repr(each) for one in of_task for each in one.question.calls}) >= 400


def test_answers_are_tried_on_as_many_sets_as_the_exercise_with_most_of_them_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terms = TERMS._replace(chance=5, course=TERMS.course._replace(points={"mse": 2.0, "sgd_step": 1.0}))
    prepared.tell(pool_of(terms))
    monkeypatch.setattr(prepared, "_prepared", None)  # nothing is to be prepared again
    asked = [prepared.of_course(terms.drawn_for(b"%d" % answer)) for answer in range(200)]
    for task in terms.course.points:
        assert len({id(one[task]) for one in asked}) == sets(terms.course.formulas, task)


def test_a_worker_begins_with_the_nursery_and_with_the_inputs_that_another_process_prepared(
    alone: type[Alone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_nursery", None)
    terms = TERMS._replace(chance=7)
    found = pickle.loads(pickle.dumps(pool_of(terms)))
    monkeypatch.setattr(prepared, "_drawn", {})
    monkeypatch.setattr(prepared, "_prepared", None)  # nothing is to be prepared again
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.begin(ours, found)
        sandbox = worker._sandbox(terms)
        assert isinstance(sandbox, alone)
        assert sandbox.nursery is ours
    assert pool_of(terms) == found


def test_of_many_chances_not_all_inputs_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_drawn", {})
    monkeypatch.setattr(prepared, "MOST_DRAWN", 2)
    for number in range(3):
        prepared.prepared(TERMS.course.formulas, "mse", drawn(number, 0))
    assert [seed for _, _, seed in prepared._drawn] == [drawn(2, 0)]


def test_isolation_that_is_missing_ends_the_run_unless_it_was_waved_through(alone: type[Alone]) -> None:
    alone.missing.extend(["seccomp", "landlock"])
    for attempt in (worker.missing_here, worker.rehearse):
        with pytest.raises(GraderFailure, match="isolation does not hold here: seccomp, landlock; see doctor"):
            attempt(TERMS)
    assert worker.missing_here(TERMS._replace(isolated=False)) == ("seccomp", "landlock")
    assert worker.rehearse(TERMS._replace(isolated=False)) == ("seccomp", "landlock")


def test_a_sandbox_in_which_the_judge_failed_is_not_used_again(alone: type[Alone]) -> None:
    sandbox = worker._sandbox(TERMS)
    sandbox.run = None  # type: ignore[assignment, method-assign]
    done = worker.grade(TERMS, Job("key", ".py", RIGHT))
    assert (done.key, done.graded, done.fault) == ("key", None, "TypeError: 'NoneType' object is not callable")
    assert isinstance(sandbox, alone)
    assert sandbox.closed
    assert worker.grade(TERMS, Job("key", ".py", RIGHT)).graded


LESSON = 'title = "Small"\nx = [1, 3]\ny = [0, 0]\nw = 1.0\nb = 0.0\nepochs = 2\noptimizer = {lr = 0.125}\n'
LOSSES = (5, 17 / 16, 61 / 256)


@pytest.mark.parametrize(("losses", "points"), [(LOSSES, 3.0), ((*LOSSES[:2], 1.0), 0.0)])
def test_a_history_is_graded_by_the_lesson_of_the_course(
    tmp_path: Path, losses: tuple[float, ...], points: float
) -> None:
    (tmp_path / "lesson.toml").write_text(LESSON)
    terms = TERMS._replace(course=TERMS.course._replace(lesson=str(tmp_path / "lesson.toml")))
    source = "".join(f"{epoch},{loss}\n" for epoch, loss in enumerate(losses)).encode()
    graded = worker.grade(terms, Job("key", ".csv", source)).graded
    assert graded
    assert (graded.finding.points, graded.finding.of, len(graded.finding.exercises)) == (points, 3.0, 1)
    assert (graded.finding.exercises[0].points, graded.starts) == (points, ())


@pytest.mark.parametrize(
    ("suffix", "source", "language", "detail"),
    [
        (".py", "x = 1".encode("utf-16"), "en", "this file is UTF-16; save it as UTF-8"),
        (".ipynb", b"3", "ko", "셀이 없습니다."),
        (".csv", b"0,1\n500,1\n", "en", "records every 500th epoch, but"),
    ],
)
def test_what_cannot_be_read_is_told_in_the_language_of_the_class_without_our_name_for_the_file(
    suffix: str, source: bytes, language: str, detail: str
) -> None:
    graded = worker.grade(TERMS._replace(language=language), Job("key", suffix, source)).graded
    assert graded
    assert graded.finding.failure
    assert graded.finding.failure.detail.startswith(detail)
    assert graded.finding.failure == Failure("bad-source", graded.finding.failure.detail, None)
    assert graded.starts == ()
