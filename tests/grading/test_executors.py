"""Jobs on any executor: all done once, few in hand, whatever breaks; local workers end with their grader."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import InputError
from compare.exercises import course
from compare.exercises.findings import Finding
from compare.grading import executors, limits, worker
from compare.grading.executors import DIED, OUT_OF_MEMORY, TIMED_OUT, GraderFailure, Lost, run
from compare.grading.ledger import Ledger
from compare.grading.session import enrol, grade_missing
from compare.grading.submissions import find
from compare.grading.terms import Graded, Terms
from compare.grading.worker import Done, Job

GRADER = """
import os, time
from compare.grading import executors
with executors.local(1, int, 600.0) as pool:
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(600)
"""


def test_a_worker_does_not_outlive_a_grader_that_is_killed() -> None:
    grader = subprocess.Popen([sys.executable, "-c", GRADER], stdout=subprocess.PIPE, text=True)
    assert grader.stdout
    assert int(grader.stdout.readline()) != grader.pid
    grader.kill()
    assert grader.communicate(timeout=60) == ("", None)  # the pipe ends only with the worker, who holds it too


def test_what_waits_for_the_graders_end_ends_the_worker_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, for a worker that ends like that does not always come to telling what it ran."""
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    sentinel, grader = os.pipe()
    os.close(grader)
    executors._end_after(sentinel)
    os.close(sentinel)
    assert ended == [1]


class KilledWorker(Exception):
    """As Dask raises it when too many workers died with one job."""

    __module__ = "distributed.scheduler"


class Client:
    def __init__(self, address: str, timeout: str) -> None:
        self.address, self.timeout = address, timeout

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def get_executor(self) -> str:
        return f"the workers of {self.address}"


def _work_until(error: Exception) -> None:
    with executors.dask("tcp://there") as workers:
        assert workers == "the workers of tcp://there"
        raise error


@pytest.mark.parametrize(
    ("raised", "told"), [(KilledWorker("job"), GraderFailure), (ZeroDivisionError("ours"), ZeroDivisionError)]
)
def test_a_failure_of_the_cluster_is_told_as_such_and_any_other_error_as_it_is(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, told: type[Exception]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    with pytest.raises(told, match=str(raised)):
        _work_until(raised)


def test_without_distributed_a_cluster_is_answered_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="pip install"), executors.dask("tcp://there"):
        pass


def hears_no_ctrl_c() -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def die(mark: str, lives: int) -> int:
    """Die so many times; then the process that lives."""
    with open(mark, "a+b") as file:
        file.write(b"x")
        file.flush()
        if file.tell() <= lives:
            os.kill(os.getpid(), signal.SIGSEGV)
    return os.getpid()


def blanks(_: int) -> None:
    """What no handler of Python's can interrupt, for an hour or so."""
    with limits.processor_time(0.2):
        re.match("( *)*x", " " * 40)


def grow(_: int) -> list[bytes]:
    return [b"x" * 2**20 * number for number in range(10**6)]


@pytest.mark.parametrize(
    ("work", "flaw"),
    [(blanks, TIMED_OUT), (grow, OUT_OF_MEMORY), (time.sleep, TIMED_OUT), (os._exit, DIED)],
    ids=["computes", "grows", "waits", "ends"],
)
def test_a_job_that_ends_two_workers_is_lost_and_told_how_and_the_next_is_done(
    work: Callable[[int], object], flaw: str
) -> None:
    with executors.local(1, int, 3.0) as pool:
        deadly, next_one = pool.submit(work, 600), pool.submit(divmod, 7, 2)
        with pytest.raises(Lost) as lost:
            deadly.result()
        assert (lost.value.flaw, next_one.result()) == (flaw, (3, 1))


def test_a_job_at_which_a_worker_dies_once_is_done_by_the_next_and_no_other_worker_is_disturbed(tmp_path: Path) -> None:
    with executors.local(2, int, 60.0) as pool:
        other = pool.submit(time.sleep, 0.5)
        assert pool.submit(die, str(tmp_path / "once"), 1).result() != os.getpid()
        with pytest.raises(Lost, match=DIED):
            pool.submit(die, str(tmp_path / "twice"), 2).result()
        assert other.result() is None


def test_what_a_job_raises_is_raised_here_and_its_worker_goes_on() -> None:
    with executors.local(1, int, 60.0) as pool:
        worker = pool.submit(os.getpid).result()
        for work, arguments, error in ((divmod, (1, 0), ZeroDivisionError), (os.stat, ("/none",), FileNotFoundError)):
            with pytest.raises(error):
                pool.submit(work, *arguments).result()
        assert pool.submit(os.getpid).result() == worker != os.getpid()


def test_a_worker_does_not_hear_ctrl_c_and_the_grader_does() -> None:
    with executors.local(1, int, 60.0) as pool:
        assert pool.submit(hears_no_ctrl_c).result()
        assert not hears_no_ctrl_c()


def test_a_worker_begins_with_what_it_is_given_to_begin_with_and_then_has_its_memory_bounded() -> None:
    with executors.local(1, partial(os.putenv, "BEGUN", "yes"), 60.0) as pool:
        said = pool.submit(subprocess.check_output, "echo $BEGUN; ulimit -v", shell=True).result()
    assert said.split()[0] == b"yes"
    assert limits.MEMORY < 1024 * int(said.split()[1]) < limits.MEMORY + 2**31


def test_workers_are_forked_by_a_fresh_process_that_has_imported_what_they_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Any] = []
    monkeypatch.setattr(forkserver, "set_forkserver_preload", made.append)
    monkeypatch.setattr(resource_tracker, "ensure_running", lambda: made.append("tracker"))
    monkeypatch.setattr(forkserver, "ensure_running", lambda: made.append(f"origin, deaf: {hears_no_ctrl_c()}"))
    executors.prepare()
    assert made == ["tracker", [worker.__name__], "origin, deaf: True"]
    assert not hears_no_ctrl_c()


def test_what_no_worker_has_begun_is_not_begun_when_the_grader_leaves() -> None:
    with executors.local(1, int, 60.0) as pool:
        begun, waiting = pool.submit(time.sleep, 0.3), pool.submit(int)
        while not begun.running():
            time.sleep(0.01)
    assert (begun.result(), waiting.cancelled()) == (None, True)


def test_an_error_ends_the_workers_at_once_and_none_comes_in_their_place() -> None:
    with suppress(KeyboardInterrupt), executors.local(2, int, 600.0) as pool:
        here = [pool.submit(os.getpid).result(), *(pool.submit(time.sleep, 600) for _ in range(2))]
        raise KeyboardInterrupt
    assert [type(job.exception()) for job in here[1:]] == [Lost, Lost]
    with pytest.raises(ProcessLookupError):
        os.kill(here[0], 0)


def test_what_waits_for_the_graders_end_is_beside_a_workers_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's life in this process: its link ends after one job, and the grader after that."""
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(limits, "memory", lambda: ended.append(-1))
    sentinel, grader = os.pipe()
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: SimpleNamespace(sentinel=sentinel))
    ours, theirs = multiprocessing.Pipe()
    before = set(threading.enumerate())
    ours.send((divmod, (7, 2)))
    threading.Timer(0.2, ours.close).start()
    executors._serve(theirs, partial(ended.append, 0))
    assert ended == [0, -1]  # what it had to do first, then its bound
    (waiting,) = (one for one in set(threading.enumerate()) - before if one.daemon)
    os.close(grader)
    waiting.join(10)
    os.close(sentinel)
    assert ended == [0, -1, 1]


class Broken(Exception):
    """As the standard library raises it where a process has died."""

    __module__ = "concurrent.futures.process"


class Alike(Exception):
    """Of a library with a similar name."""

    __module__ = "distributed_numbers.concurrent"


@pytest.mark.parametrize(
    ("raised", "told", "text"),
    [
        (KilledWorker("job"), GraderFailure, "^the cluster at tcp://there failed: KilledWorker job$"),
        (Broken("pool"), GraderFailure, "^the cluster at tcp://there failed: Broken pool$"),
        (Alike("ours"), Alike, "^ours$"),
    ],
    ids=["distributed", "concurrent", "alike"],
)
def test_whose_failure_it_is_is_told_by_the_library_that_raises_it(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, told: type[Exception], text: str
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    with pytest.raises(told, match=text):
        _work_until(raised)


@pytest.mark.parametrize("error", [OSError, TimeoutError, ValueError])
def test_a_scheduler_that_does_not_answer_within_ten_seconds_is_said(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    asked: list[tuple[str, str]] = []

    def silent(address: str, timeout: str) -> None:
        asked.append((address, timeout))
        raise error

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=silent))
    with pytest.raises(GraderFailure, match=r"^no Dask scheduler answers at tcp://there$"):
        _work_until(ZeroDivisionError())
    assert asked == [("tcp://there", "10s")]


TERMS = Terms(course.read(), "en", True)


def double(number: int) -> int:
    return 2 * number


def lost(number: int, flaw: str) -> str:
    return f"{number} {flaw}"


@given(st.integers(0, 30), st.integers(1, 9), st.integers(1, 4))
def test_every_job_is_done_once_on_any_number_of_workers(count: int, window: int, workers: int) -> None:
    with ThreadPoolExecutor(workers) as crew:
        assert sorted(run(range(count), double, crew, window, lost)) == [2 * number for number in range(count)]


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
    assert (ledger.graded(), ledger.missing()) == ({"a"}, 2)


def test_an_answer_that_is_lost_is_told_why_and_tried_again_by_the_next_run(tmp_path: Path) -> None:
    def deadly(_: Job) -> Done:
        raise Lost("judging-died")

    place, ledger = class_folder(tmp_path / "class", kim="1"), Ledger(tmp_path / "ledger")
    assert graded_by(place, ledger, deadly) == [Done(TERMS.key(".py", b"1"), None, "judging-died")]
    assert [who.flaw for who, _ in ledger.roll()] == ["judging-died"]
    assert len(graded_by(place, ledger, marks)) == 1
