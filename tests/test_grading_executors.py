"""Where the work is done: local workers end with their grader, and a cluster's faults are told from ours."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from types import SimpleNamespace, TracebackType
from typing import Any

import pytest

from compare.errors import InputError
from compare.grading import executors, worker
from compare.grading.batch import GraderFailure

GRADER = """
import os, time
from compare.grading import executors
with executors.local(1, int) as pool:
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


def test_a_worker_that_is_born_for_a_job_does_not_hear_ctrl_c_and_the_grader_still_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def born(_: object, *arguments: object, **options: object) -> tuple[object, ...]:
        return hears_no_ctrl_c(), arguments, options

    monkeypatch.setattr(ProcessPoolExecutor, "submit", born)
    pool = executors._Local.__new__(executors._Local)
    assert pool.submit(divmod, 7, 2, base=10) == (True, (divmod, 7, 2), {"base": 10})
    assert not hears_no_ctrl_c()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    pool.submit(divmod)
    assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def hears_no_ctrl_c() -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


class Child:
    """A process of the grader's, as `multiprocessing` lists it."""

    killed = False

    def kill(self) -> None:
        self.killed = True


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Threads in the place of processes; how those were to be made, and after what."""
    made: list[Any] = []

    def pool(
        jobs: int, context: BaseContext, initializer: Callable[..., None], initargs: tuple[object, ...]
    ) -> ThreadPoolExecutor:
        made.append((jobs, context.get_start_method(), initializer, *initargs))
        return ThreadPoolExecutor(jobs)

    monkeypatch.setattr(executors, "_Local", pool)
    monkeypatch.setattr(forkserver, "set_forkserver_preload", made.append)
    monkeypatch.setattr(resource_tracker, "ensure_running", lambda: made.append("tracker"))
    monkeypatch.setattr(forkserver, "ensure_running", lambda: made.append(f"origin, deaf: {hears_no_ctrl_c()}"))
    return made


def test_workers_are_forked_by_a_fresh_process_that_has_imported_what_they_need(threads: list[Any]) -> None:
    with executors.local(3, int) as pool:
        assert pool.submit(divmod, 7, 2).result() == (3, 1)
    assert threads == ["tracker", [worker.__name__], "origin, deaf: True", (3, "forkserver", executors._begin, int)]
    assert not hears_no_ctrl_c()


@pytest.mark.usefixtures("threads")
def test_what_no_worker_has_begun_is_not_begun_when_the_grader_leaves() -> None:
    gate = threading.Event()
    with executors.local(1, int) as pool:
        begun, waiting = pool.submit(gate.wait, 10), pool.submit(int)
        threading.Timer(0.05, gate.set).start()
    assert (begun.result(), waiting.cancelled()) == (True, True)


@pytest.mark.usefixtures("threads")
def test_an_error_ends_the_workers_at_once_and_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    other, workers = Child(), [Child(), Child()]
    monkeypatch.setattr(multiprocessing, "active_children", lambda: [other])
    with suppress(KeyboardInterrupt), executors.local(1, int):
        monkeypatch.setattr(multiprocessing, "active_children", lambda: [other, *workers])
        raise KeyboardInterrupt
    assert ([child.killed for child in workers], other.killed) == ([True, True], False)


def test_a_worker_waits_for_the_graders_end_beside_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    sentinel, grader = os.pipe()
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: SimpleNamespace(sentinel=sentinel))
    before = set(threading.enumerate())
    executors._begin(partial(ended.append, 0))
    assert ended.pop() == 0  # what it had to do first
    (waiting,) = set(threading.enumerate()) - before
    assert (waiting.daemon, ended) == (True, [])  # the end of its work is not held up by it
    os.close(grader)
    waiting.join(10)
    os.close(sentinel)
    assert ended == [1]


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
