"""The judge's own work on one answer has limits, which the system itself keeps."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from time import process_time

import pytest

from compare.grading import limits
from compare.grading.limits import processor_time


@pytest.fixture
def timer(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """What the timer of processor time was set to, each time."""
    found: list[float] = []
    monkeypatch.setattr(signal, "setitimer", lambda kind, left: found.append(left) if kind == signal.ITIMER_PROF else 0)
    monkeypatch.setattr(limits, "process_time", lambda: 100.0)
    yield found
    assert not limits._ends


def test_the_timer_runs_while_the_work_is_done_and_not_afterwards_whatever_becomes_of_it(timer: list[float]) -> None:
    with processor_time(3.0):
        assert timer == [3.0]
    with pytest.raises(ZeroDivisionError), processor_time():
        raise ZeroDivisionError
    assert timer == [3.0, 0.0, limits.SECONDS, 0.0]


def test_of_several_threads_the_one_that_must_be_over_first_sets_the_timer(timer: list[float]) -> None:
    begun, over = threading.Event(), threading.Event()

    def other() -> None:
        with processor_time(2.0):
            begun.set()
            over.wait(10)

    thread = threading.Thread(target=other)
    with processor_time(5.0):
        thread.start()
        begun.wait(10)
        over.set()
        thread.join()
    assert timer == [5.0, 2.0, 5.0, 0.0]


def test_work_that_is_over_its_time_already_is_ended_at_once_and_not_left_without_a_timer(timer: list[float]) -> None:
    with processor_time(-1.0):
        assert timer == [limits.SOONEST]


@pytest.mark.parametrize("work", ["9**9**9", "import re; re.match('( *)*x', ' ' * 40)", "while True: pass"])
def test_the_system_ends_whatever_python_cannot_interrupt(work: str) -> None:
    program = f"from compare.grading.limits import processor_time\nwith processor_time(0.2):\n    exec({work!r})"
    started = process_time()
    run = subprocess.run([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
    assert run.returncode == -signal.SIGPROF
    assert process_time() - started < 5


MEMORY = """
import os, resource
from compare.grading import limits
limits.memory(2**26)
print(resource.getrlimit(resource.RLIMIT_AS)[1], os.environ["OPENBLAS_NUM_THREADS"])
small = bytes(2**25)
try:
    large = bytes(2**27)
except MemoryError:
    print("bounded")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process has")
def test_a_process_may_take_so_much_more_than_it_has_and_what_it_starts_may_have_more() -> None:
    run = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    assert run.stdout == "-1 1\nbounded\n"


def test_elsewhere_memory_is_not_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")
    limits.memory(1)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    assert len(bytes(2**20)) == 2**20


@pytest.mark.parametrize(("share", "busy"), [(1.0, False), (0.6, False), (0.4, True), (0.05, True)])
def test_a_machine_is_busy_where_it_gives_less_than_half_of_a_processor(
    monkeypatch: pytest.MonkeyPatch, share: float, busy: bool
) -> None:
    now = iter(range(10**6))
    monkeypatch.setattr(limits, "thread_time", lambda: next(now) / 1000)
    monkeypatch.setattr(limits, "monotonic", lambda: next(now) / 1000 / share)
    assert limits.is_busy() is busy
