"""One run over a class: what is in its folder, who works, what is graded, and what is written."""

import errno
import os
import stat
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compare.errors import InputError
from compare.exercises import course
from compare.exercises.findings import Finding
from compare.grading import executors, worker
from compare.grading.session import Session
from compare.grading.submissions import find
from compare.grading.terms import Graded, Terms
from compare.grading.worker import Done, Job

TERMS = Terms(course.read()._replace(points={"mse": 2.0}, history_points=3.0), "en", True)


class AtOnce(Executor):
    """Does its work when it is handed out, in this process."""

    def submit(self, work, /, *jobs):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        future.set_result(work(*jobs))
        return future


@contextmanager
def at_once() -> Iterator[Executor]:
    yield AtOnce()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A class of three; Lee's answer is a link, which is refused."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class/kim.py").write_text("1")
    (tmp_path / "class/lee.py").symlink_to("/etc/passwd")
    (tmp_path / "class/park.csv").write_text("0,1")
    return tmp_path / "class"


def session(place: Path, only: str | None = None) -> Session:
    return Session(place, place.parent / "new/grades", TERMS, find(place), only)


def look(terms: Terms, suffix: str, graded: Graded) -> None:
    """What is done with a finding."""


def marks(terms: Terms, job: Job, show: object) -> Done:
    assert (terms._replace(chance=None), show) == (TERMS, look)
    return Done(job.key, Graded(Finding(float(len(job.source)), 9.0, ())))


def graded(one: Session, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The points of what is graded in this run."""
    monkeypatch.setattr(worker, "grade", marks)
    with at_once() as crew:
        return sorted(done.graded.finding.points for done in one.grade(crew, 4, look) if done.graded)


def nothing(_: str) -> list[str]:
    return []


def test_the_folder_of_the_gradebook_is_made_and_holds_the_ledger(place: Path) -> None:
    with session(place) as one:
        one.write([("findings/kim.json", "{}")], [("grades.csv", ["a", "b"])])
    assert (place.parent / "new/grades/ledger.sqlite").is_file()
    assert (place.parent / "new/grades/findings/kim.json").read_text().rstrip() == "{}"
    assert (place.parent / "new/grades/grades.csv").read_text() == "ab"
    with session(place) as one:
        assert [found.submission for found in one.submissions] == ["kim.py", "lee.py", "park.csv"]


def test_what_a_death_left_half_written_is_taken_away(place: Path) -> None:
    partial_file = place.parent / "new/grades/findings/.partial"
    partial_file.parent.mkdir(parents=True)
    partial_file.write_text("half")
    with session(place) as one:
        one.write([], [])
    assert not partial_file.exists()


def test_a_place_where_no_folder_can_be_is_told(place: Path) -> None:
    (place.parent / "new").write_text("a file")
    with pytest.raises(InputError, match="new/grades"):
        session(place)


@pytest.mark.parametrize("inside", [".", "grades", "kim/../grades/of/today", "../link/grades"])
def test_a_gradebook_among_the_answers_is_refused_by_whatever_path(place: Path, inside: str) -> None:
    (place.parent / "link").symlink_to(place)
    with pytest.raises(InputError, match="lies in the folder of the answers"):
        Session(place, place / inside, TERMS, find(place))
    assert {path.name for path in place.iterdir()} == {"kim.py", "lee.py", "park.csv"}


def test_the_folder_of_the_gradebook_is_closed_to_everyone_else_also_where_it_was_open(place: Path) -> None:
    out = place.parent / "new/grades"
    for _ in range(2):
        with session(place):
            assert stat.S_IMODE(out.stat().st_mode) == 0o700
        out.chmod(0o755)


def test_a_disk_that_is_read_only_is_called_that(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(InputError, match=r"grades: this disk or folder is read-only \(Read-only file system\)"):
        session(place)


def test_a_second_session_waits_until_the_first_is_over(place: Path) -> None:
    with session(place), pytest.raises(InputError, match="another grader"):
        session(place)
    with session(place):
        pass


def test_only_what_is_missing_is_graded_or_what_is_asked_for_anew(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with session(place) as one:
        assert one.enrol(nothing) == 2
        assert (one.missing, one.graded()) == (2, frozenset())
        assert graded(one, monkeypatch) == [1.0, 3.0]
        assert (one.missing, one.graded()) == (0, {"kim", "park"})
    with session(place) as again:
        assert again.enrol(nothing) == 0
        assert graded(again, monkeypatch) == []
    with session(place, "kim") as anew:
        assert [found.submission for found in anew.wanted] == ["kim.py"]
        assert anew.enrol(nothing) == 1
        assert graded(anew, monkeypatch) == [1.0]
    with pytest.raises(InputError, match="nobody"):
        session(place, "nobody")


def test_the_reports_of_those_who_have_left_are_taken_away(place: Path) -> None:
    reports = place.parent / "new/grades"
    with session(place) as one:
        one.enrol(nothing)
        one.write([("a/kim-1.txt", "left"), ("a/park.txt", "stays")], [])
    (place / "kim.py").rename(place / "kim2.py")
    with session(place) as one:
        one.enrol(lambda identity: [f"a/{identity}-1.txt", f"a/{identity}.txt"])
    assert [path.name for path in (reports / "a").iterdir()] == ["park.txt"]


def test_a_row_has_a_finding_or_a_flaw(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with session(place) as one:
        one.enrol(nothing)
        assert [(who.submission, found) for who, found in one.rows()] == [("lee.py", None)]
        graded(one, monkeypatch)
        assert [who.submission for who, _ in one.rows()] == ["kim.py", "lee.py", "park.csv"]


def test_a_class_has_histories_where_anybody_handed_one_in(place: Path) -> None:
    with session(place) as one:
        assert one.has_histories
    (place / "park.csv").unlink()
    with session(place) as one:
        assert not one.has_histories


@pytest.mark.parametrize(
    ("jobs", "processors", "missing", "workers"),
    [(3, 8, 50, 3), (None, 8, 50, 10), (None, None, 50, 3), (9, 8, 2, 2), (None, 8, 4, 4), (9, 8, 0, 1), (1, 8, 50, 1)],
)
def test_there_are_as_many_workers_as_asked_for_or_two_more_than_processors_but_no_idle_ones(
    place: Path, monkeypatch: pytest.MonkeyPatch, jobs: int | None, processors: int | None, missing: int, workers: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    monkeypatch.setattr(executors, "local", lambda *made: nullcontext(made))
    monkeypatch.setattr(Session, "missing", missing)
    monkeypatch.setattr(Session, "_pool", lambda *_: {})
    with session(place) as one:
        made, window = one.crew(jobs, None)
        with made as crew:
            assert (crew[0], crew[2], window) == (workers, 60 * (2.0 + 10), 4 * workers)  # type: ignore[index]


@pytest.mark.parametrize("enough", [False, True])
@pytest.mark.parametrize("nursery", [None, SimpleNamespace(socket="where zygotes are born")])
def test_workers_begin_with_the_nursery_where_there_is_one_and_with_the_inputs_unless_few_are_needed(
    place: Path, monkeypatch: pytest.MonkeyPatch, nursery: Any, enough: bool
) -> None:
    monkeypatch.setattr(executors, "local", lambda *made: nullcontext(made))
    with session(place) as one:
        monkeypatch.setattr(Session, "missing", len(one.terms.seeds()) - (not enough))
        with one.crew(1, None, nursery)[0] as crew:
            _, begin, _ = crew  # type: ignore[misc]
    assert begin.func is worker.begin
    pool = dict(map(worker.prepare, worker.keys_of(one.terms))) if enough else {}
    assert begin.args == (nursery and "where zygotes are born", pool)


def test_what_all_workers_need_is_prepared_by_several_of_them_where_there_are_processors(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    local = executors.local

    def noted(count: int, begin: Any, patience: float) -> Any:
        made.append(count)
        return local(count, begin, patience)

    monkeypatch.setattr(executors, "local", noted)
    with session(place) as one:
        alone, together = one._pool(1), one._pool(2)
    assert made == [2]
    assert together.keys() == alone.keys() == set(worker.keys_of(one.terms))
    assert all(together[key].bounds == alone[key].bounds for key in alone)


def test_a_cluster_is_given_many_answers_at_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "dask", nullcontext)
    with session(place) as one:
        made, window = one.crew(3, "tcp://host:8786")
        with made as crew:
            assert (crew, window) == ("tcp://host:8786", 64)


def test_every_worker_rehearses_and_each_layer_that_lacks_anywhere_is_told_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = [("seccomp",), ("landlock", "seccomp"), ()]
    monkeypatch.setattr(worker, "rehearse", lambda terms: lacking.pop() if terms.course == TERMS.course else None)
    with session(place) as one, at_once() as crew:
        assert one.rehearse(crew, 12) == ("landlock", "seccomp")
    assert lacking == []
