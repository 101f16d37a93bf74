"""Where the work is done: local workers end with their grader, and a cluster's faults are told from ours."""

import os
import subprocess
import sys
from types import SimpleNamespace, TracebackType

import pytest

from compare.errors import InputError
from compare.grading import executors
from compare.grading.batch import GraderFailure

GRADER = """
import os, time
from compare.grading import executors
with executors.local(1) as pool:
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
