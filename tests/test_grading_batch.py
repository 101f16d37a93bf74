"""Jobs on any executor: all of them done once, few in hand, whatever breaks."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
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


def in_turn(executors: list[Executor]) -> Crew:
    """A crew with each of these executors after the one before it has broken."""
    coming = iter(executors)

    @contextmanager
    def make() -> Iterator[Executor]:
        yield next(coming)

    return Crew(make)


def test_what_is_finished_is_not_done_again_when_another_job_breaks_the_executor_beside_it() -> None:
    done: list[int] = []

    def work(number: int) -> int:
        done.append(number)
        return number

    with in_turn([Breaking({2}), Breaking(set())]) as crew:
        assert sorted(run(range(5), work, crew, 4)) == [0, 1, 2, 3, 4]
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_executors_are_given_up_only_when_three_in_a_row_finish_nothing() -> None:
    """Each of these but the last finishes one job and breaks at the next."""
    with in_turn([Breaking({number}) for number in range(1, 9)] + [Breaking(set())]) as crew:
        assert list(run(range(9), double, crew, 1)) == [2 * number for number in range(9)]
    two_break_at_once = [Breaking({0}), Breaking({0}), Breaking({1}), Breaking({1}), Breaking(set())]
    with in_turn(two_break_at_once) as crew:
        assert list(run(range(2), double, crew, 1)) == [0, 2]
    three = [Breaking({0}), Breaking({0}), Breaking({0}), Breaking(set())]
    with in_turn(three) as crew, pytest.raises(GraderFailure, match="died 3 times without finishing one answer"):
        list(run(range(2), double, crew, 1))


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

    with Crew(partial(ThreadPoolExecutor, 2)) as crew:
        results = run(jobs(), work, crew, 2)
        assert [(next(results), len(taken)) for _ in range(3)] == [(1, 2), (2, 3), (3, 4)]
        gate.set()
        assert list(results) == [0]


def test_an_executor_is_told_of_the_error_that_ends_it_and_every_one_is_ended() -> None:
    ended: list[tuple[str, BaseException | None]] = []

    def make(name: str) -> Callable[[], AbstractContextManager[Executor]]:
        class Noting(Breaking):
            def __exit__(self, kind, error, at):  # type: ignore[no-untyped-def]
                ended.append((name, error))

        return lambda: Noting(set())

    def fail_with_the_next(crew: Crew) -> None:
        with crew:
            first = crew.executor
            crew._make = make("second")
            crew.renew()
            assert crew.executor is not first
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as raised:
        fail_with_the_next(Crew(make("first")))
    assert ended == [("first", None), ("second", raised.value)]


def test_what_the_work_raises_is_raised_and_ends_local_workers_at_once() -> None:
    with pytest.raises(ZeroDivisionError), Crew(partial(executors.local, 1, int)) as crew:
        list(run([0], partial(divmod, 1), crew, 1))


def class_folder(place: Path, **answers: str) -> Path:
    place.mkdir()
    for name, text in answers.items():
        (place / f"{name}.py").write_text(text)
    return place


def graded_by(place: Path, ledger: Ledger, work, anew: bool = False) -> list[Done]:  # type: ignore[no-untyped-def]
    submissions = find(place).submissions
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
    submissions = find(place).submissions
    enrol(submissions, ledger, TERMS)
    (place / "kim.py").write_text("4444")
    with Crew(partial(ThreadPoolExecutor, 1)) as crew:
        list(grade_missing(submissions, ledger, TERMS, marks, crew, 4))
    assert [graded.finding.points for _, graded in ledger.roll() if graded] == [4.0]


def test_an_interrupted_run_keeps_what_was_finished(tmp_path: Path) -> None:
    place, ledger = class_folder(tmp_path / "class", a="1", b="22", c="333"), Ledger(tmp_path / "ledger")
    submissions = find(place).submissions
    enrol(submissions, ledger, TERMS)
    with Crew(partial(ThreadPoolExecutor, 1)) as crew:
        next(grade_missing(submissions, ledger, TERMS, marks, crew, 1))
    assert (ledger.graded(), ledger.missing()) == (1, 2)
