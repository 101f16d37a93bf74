"""Jobs on any executor: all of them done once, few in hand, whatever breaks."""

import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import course
from compare.exercises.findings import Finding
from compare.grading import executors
from compare.grading.batch import ATTEMPTS, Crew, GraderFailure, run
from compare.grading.ledger import Ledger
from compare.grading.roll import enrol, grade_missing
from compare.grading.submissions import find
from compare.grading.terms import Graded, Terms
from compare.grading.worker import Done, Job

TERMS = Terms(course.read(), "en", True)


def double(number: int) -> int:
    return 2 * number


class Breaking(Executor):
    """An executor whose worker dies at each job for which `dies(job)` holds, and with it all later ones."""

    def __init__(self, dies: set[int]) -> None:
        self._dies, self._broken = dies, False

    def submit(self, work, /, job):  # type: ignore[no-untyped-def]
        if self._broken:
            raise BrokenExecutor
        future: Future[int] = Future()
        if job in self._dies:
            self._dies.discard(job)
            self._broken = True
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(work(job))
        return future


@given(st.integers(0, 30), st.integers(1, 9), st.integers(1, 4))
def test_every_job_is_done_once_on_any_number_of_workers(count: int, window: int, workers: int) -> None:
    with Crew(partial(ThreadPoolExecutor, workers)) as crew:
        assert sorted(run(range(count), double, crew, window)) == [2 * number for number in range(count)]


@given(st.sets(st.integers(0, 20), max_size=ATTEMPTS - 1), st.integers(1, 9))
def test_what_a_broken_executor_had_in_hand_is_given_to_the_next(dies: set[int], window: int) -> None:
    with Crew(partial(Breaking, set(dies))) as crew:
        crew._make = partial(Breaking, dies)
        results = list(run(range(20), double, crew, window))
    assert set(results) == {2 * number for number in range(20)}


def test_executors_that_break_again_and_again_are_given_up() -> None:
    made = []

    @contextmanager
    def hopeless() -> Iterator[Executor]:
        made.append(1)
        yield Breaking({7})

    with Crew(hopeless) as crew, pytest.raises(GraderFailure):
        list(run([7], double, crew, 4))
    assert len(made) == ATTEMPTS + 1


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

    with Crew(partial(ThreadPoolExecutor, 2)) as crew:
        results = run(jobs(), work, crew, 5)
        threading.Timer(0.1, gate.set).start()
        next(results)
        assert len(taken) <= 10
        assert len(list(results)) == 99


def test_what_the_work_raises_is_raised_and_ends_local_workers_at_once() -> None:
    with pytest.raises(ZeroDivisionError), Crew(partial(executors.local, 1)) as crew:
        list(run([0], partial(divmod, 1), crew, 1))


def class_folder(place: Path, **answers: str) -> Path:
    place.mkdir()
    for name, text in answers.items():
        (place / f"{name}.py").write_text(text)
    return place


def graded_by(place: Path, ledger: Ledger, work, anew: bool = False) -> list[Done]:  # type: ignore[no-untyped-def]
    submissions = find(place, place / "none").submissions
    enrol(submissions, ledger, TERMS)
    with Crew(partial(ThreadPoolExecutor, 2)) as crew:
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
    graded_by(place, ledger, lambda job: Done(job.key, None, "bug") if job.source == b"1" else marks(job))
    assert [who.flaw for who, _ in ledger.roll()] == ["grader-failed", None]
    assert len(graded_by(place, ledger, marks)) == 1
    assert [who.flaw for who, _ in ledger.roll()] == [None, None]


def test_an_answer_that_changes_during_the_run_is_graded_as_it_is_read(tmp_path: Path) -> None:
    place, ledger = class_folder(tmp_path / "class", kim="1"), Ledger(tmp_path / "ledger")
    submissions = find(place, place / "none").submissions
    enrol(submissions, ledger, TERMS)
    (place / "kim.py").write_text("4444")
    with Crew(partial(ThreadPoolExecutor, 1)) as crew:
        list(grade_missing(submissions, ledger, TERMS, marks, crew, 4))
    assert [graded.finding.points for _, graded in ledger.roll() if graded] == [4.0]


def test_an_interrupted_run_keeps_what_was_finished(tmp_path: Path) -> None:
    place, ledger = class_folder(tmp_path / "class", a="1", b="22", c="333"), Ledger(tmp_path / "ledger")
    submissions = find(place, place / "none").submissions
    enrol(submissions, ledger, TERMS)
    with Crew(partial(ThreadPoolExecutor, 1)) as crew:
        next(grade_missing(submissions, ledger, TERMS, marks, crew, 1))
    assert (ledger.graded(), ledger.missing()) == (1, 2)
