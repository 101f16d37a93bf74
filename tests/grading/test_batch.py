"""Jobs on any executor: all of them done once, few in hand, whatever breaks."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import course
from compare.exercises.findings import Finding
from compare.grading import executors
from compare.grading.batch import DIED, OUT_OF_MEMORY, Lost, run
from compare.grading.ledger import Ledger
from compare.grading.roll import enrol, grade_missing
from compare.grading.submissions import find
from compare.grading.terms import Graded, Terms
from compare.grading.worker import Done, Job

TERMS = Terms(course.read(), "en", True)


def double(number: int) -> int:
    return 2 * number


def lost(number: int, flaw: str) -> str:
    return f"{number} {flaw}"


@given(st.integers(0, 30), st.integers(1, 9), st.integers(1, 4))
def test_every_job_is_done_once_on_any_number_of_workers(count: int, window: int, workers: int) -> None:
    with ThreadPoolExecutor(workers) as crew:
        assert sorted(run(range(count), double, crew, window, lost)) == [2 * number for number in range(count)]


class KilledWorker(Exception):
    """As Dask raises it where too many workers died with one job."""


@pytest.mark.parametrize(
    ("error", "flaw"),
    [(Lost("judging-timed-out"), "judging-timed-out"), (MemoryError(), OUT_OF_MEMORY), (KilledWorker(), DIED)],
    ids=["lost", "memory", "cluster"],
)
@given(st.sets(st.integers(0, 20)), st.integers(1, 9))
def test_a_job_that_ends_its_workers_costs_itself_alone_and_is_told_how(
    error: Exception, flaw: str, deadly: set[int], window: int
) -> None:
    def work(number: int) -> str:
        if number in deadly:
            raise error
        return f"{number} done"

    with ThreadPoolExecutor(2) as workers:
        found = set(run(range(21), work, workers, window, lost))
    assert found == {f"{number} {flaw if number in deadly else 'done'}" for number in range(21)}


def test_what_is_finished_is_not_lost_with_what_fails_beside_it() -> None:
    def work(number: int) -> int:
        return number // number

    class AtOnce(ThreadPoolExecutor):
        def submit(self, work, /, *jobs):  # type: ignore[no-untyped-def]
            future = super().submit(work, *jobs)
            wait([future])
            return future

    with AtOnce(1) as workers:
        results = run([0, 1, 2], work, workers, 3, lost)
        assert [next(results), next(results)] == [1, 1]
        with pytest.raises(ZeroDivisionError):
            next(results)


def test_no_more_jobs_are_taken_than_the_window_holds() -> None:
    taken: list[int] = []
    gate = threading.Event()

    def jobs() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    def work(number: int) -> int:
        gate.wait(10)
        return number

    with ThreadPoolExecutor(2) as crew:
        results = run(jobs(), work, crew, 5, lost)
        threading.Timer(0.1, gate.set).start()
        next(results)
        assert len(taken) <= 10
        assert len(list(results)) == 99


def test_a_result_is_out_as_soon_as_it_is_there_and_then_the_next_job_is_begun() -> None:
    gate = threading.Event()
    taken: list[int] = []

    def jobs() -> Iterator[int]:
        for number in range(4):
            taken.append(number)
            yield number

    def work(number: int) -> int:
        if number == 0:
            gate.wait(10)
        return number

    with ThreadPoolExecutor(2) as crew:
        results = run(jobs(), work, crew, 2, lost)
        assert [(next(results), len(taken)) for _ in range(3)] == [(1, 2), (2, 3), (3, 4)]
        gate.set()
        assert list(results) == [0]


def test_what_the_work_raises_is_raised_and_ends_local_workers_at_once() -> None:
    with pytest.raises(ZeroDivisionError), executors.local(1, int, 60.0) as workers:
        list(run([0], partial(divmod, 1), workers, 1, lost))


def class_folder(place: Path, **answers: str) -> Path:
    place.mkdir()
    for name, text in answers.items():
        (place / f"{name}.py").write_text(text)
    return place


def graded_by(place: Path, ledger: Ledger, work, anew: bool = False) -> list[Done]:  # type: ignore[no-untyped-def]
    submissions = find(place).submissions
    enrol(submissions, ledger, TERMS)
    with ThreadPoolExecutor(2) as crew:
        return list(grade_missing(submissions, ledger, TERMS, work, crew, 4, anew))


def marks(job: Job) -> Done:
    return Done(job.key, Graded(Finding(float(len(job.source)), 9.0, ())))


def test_only_what_the_ledger_lacks_is_graded_and_a_copy_once(tmp_path: Path) -> None:
    place = class_folder(tmp_path / "class", kim="1", lee="22", copy="1")
    ledger = Ledger(tmp_path / "ledger")
    assert len(graded_by(place, ledger, marks)) == 2
    assert len(graded_by(place, ledger, marks)) == 0
    (place / "lee.py").write_text("333")
    assert len(graded_by(place, ledger, marks)) == 1
    assert [graded.finding.points for _, graded in ledger.roll() if graded] == [1.0, 1.0, 3.0]


def test_an_answer_can_be_graded_anew(tmp_path: Path) -> None:
    place, ledger = class_folder(tmp_path / "class", kim="1"), Ledger(tmp_path / "ledger")
    graded_by(place, ledger, marks)
    assert len(graded_by(place, ledger, marks, anew=True)) == 1


def test_a_fault_of_the_grader_is_told_and_tried_again_by_the_next_run(tmp_path: Path) -> None:
    place, ledger = class_folder(tmp_path / "class", kim="1", lee="22"), Ledger(tmp_path / "ledger")
    failed = Done(TERMS.key(".py", b"1"), None, "grader-failed", "bug")
    graded_by(place, ledger, lambda job: failed if job.source == b"1" else marks(job))
    assert [who.flaw for who, _ in ledger.roll()] == ["grader-failed", None]
    assert len(graded_by(place, ledger, marks)) == 1
    assert [who.flaw for who, _ in ledger.roll()] == [None, None]


def test_an_answer_that_changes_during_the_run_is_graded_as_it_is_read(tmp_path: Path) -> None:
    place, ledger = class_folder(tmp_path / "class", kim="1"), Ledger(tmp_path / "ledger")
    submissions = find(place).submissions
    enrol(submissions, ledger, TERMS)
    (place / "kim.py").write_text("4444")
    with ThreadPoolExecutor(1) as crew:
        list(grade_missing(submissions, ledger, TERMS, marks, crew, 4))
    assert [graded.finding.points for _, graded in ledger.roll() if graded] == [4.0]


def test_an_interrupted_run_keeps_what_was_finished(tmp_path: Path) -> None:
    place, ledger = class_folder(tmp_path / "class", a="1", b="22", c="333"), Ledger(tmp_path / "ledger")
    submissions = find(place).submissions
    enrol(submissions, ledger, TERMS)
    with ThreadPoolExecutor(1) as crew:
        next(grade_missing(submissions, ledger, TERMS, marks, crew, 1))
    assert (ledger.graded(), ledger.missing()) == (1, 2)


def test_an_answer_that_is_lost_is_told_why_and_tried_again_by_the_next_run(tmp_path: Path) -> None:
    def deadly(_: Job) -> Done:
        raise Lost("judging-died")

    place, ledger = class_folder(tmp_path / "class", kim="1"), Ledger(tmp_path / "ledger")
    assert graded_by(place, ledger, deadly) == [Done(TERMS.key(".py", b"1"), None, "judging-died")]
    assert [who.flaw for who, _ in ledger.roll()] == ["judging-died"]
    assert len(graded_by(place, ledger, marks)) == 1
