"""Where the work is done: local workers end with their grader, and a cluster's faults are told from ours."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

import pytest

from compare.errors import InputError
from compare.grading import executors, limits, worker
from compare.grading.batch import DIED, OUT_OF_MEMORY, TIMED_OUT, GraderFailure, Lost

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
