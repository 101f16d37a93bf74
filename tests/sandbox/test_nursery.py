"""One interpreter for many sandboxes: each has a zygote of its own, and does without where there is none."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compare.sandbox.calls import Exercise, Limits
from compare.sandbox.proof import lacking
from compare.sandbox.run import Sandbox
from compare.sandbox.start import Nursery

ONE = (Exercise("f", (), 1, ((),)),)
COUNT = b"import os\ndef f():\n    return os.getppid()"

linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes in /proc")


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    one = Nursery()
    try:
        yield one
    finally:
        one.close()


def parent(sandbox: Sandbox) -> int:
    """The zygote, as an answer sees it."""
    (answer,) = sandbox.run(COUNT, ONE)  # type: ignore[misc]
    return int(answer.results[0][0].values[0])


def born(nursery: Nursery) -> list[int]:
    """The zygotes that live."""
    task = f"/proc/{nursery._pid}/task/{nursery._pid}/children"
    return [int(pid) for pid in Path(task).read_text().split()]


def soon(condition) -> bool:  # type: ignore[no-untyped-def]
    return any(condition() or time.sleep(0.01) for _ in range(1000))


@linux
def test_each_sandbox_has_a_zygote_of_its_own_which_ends_with_it(nursery: Nursery) -> None:
    with Sandbox(nursery.socket) as one, Sandbox(nursery.socket) as other:
        zygotes = [parent(one), parent(other)]
        assert sorted(zygotes) == sorted(born(nursery))
        assert len({*zygotes, nursery._pid}) == 3
    assert soon(lambda: not born(nursery))


def test_a_zygote_that_was_born_has_every_layer_that_one_of_its_own_has(nursery: Nursery) -> None:
    with Sandbox(nursery.socket) as born, Sandbox() as own:
        assert born.layers == own.layers
        assert [each.name for each in lacking(born)] == [each.name for each in lacking(own)]


def test_two_sandboxes_know_nothing_of_each_others_exercises(nursery: Nursery) -> None:
    with Sandbox(nursery.socket) as one, Sandbox(nursery.socket) as other:
        assert one.run(b"def f(): return 1", ONE)[0].results[0][0].values[0] == 1  # type: ignore[index]
        two = (Exercise("g", ("p",), 1, ((2.0,),)),)
        assert other.run(b"def g(p): return p", two)[0].results[0][0].values[0] == 2  # type: ignore[index]
        assert one.run(b"def f(): return 3", ONE)[0].results[0][0].values[0] == 3  # type: ignore[index]


@linux
def test_an_answer_that_hangs_ends_with_a_sandbox_that_is_closed(nursery: Nursery) -> None:
    with Sandbox(nursery.socket) as sandbox:
        zygote = parent(sandbox)
        pid = os.fork()
        if pid == 0:
            sandbox.run(b"def f():\n    while True: pass", ONE, Limits(seconds=3600))
            os._exit(0)
        children = Path(f"/proc/{zygote}/task/{zygote}/children")
        assert soon(children.read_text)
        student = int(children.read_text())
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert soon(lambda: not born(nursery))
    assert soon(lambda: not Path(f"/proc/{student}").exists())


@linux
def test_a_zygote_that_was_killed_is_replaced_by_another(nursery: Nursery) -> None:
    with Sandbox(nursery.socket) as sandbox:
        zygote = parent(sandbox)
        os.kill(zygote, signal.SIGKILL)
        assert parent(sandbox) != zygote
        assert soon(lambda: len(born(nursery)) == 1)


def test_without_its_nursery_a_sandbox_has_an_interpreter_of_its_own() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, Sandbox(ours) as sandbox:
        assert parent(sandbox) == sandbox._pid


@linux
def test_zygotes_outlive_a_nursery_that_is_closed() -> None:
    nursery = Nursery()
    with Sandbox(nursery.socket) as sandbox:
        zygote = parent(sandbox)
        nursery.close()
        assert parent(sandbox) == zygote


@linux
def test_a_nursery_ends_when_nobody_can_ask_it_any_more() -> None:
    nursery = Nursery()
    nursery.socket.close()
    assert os.waitpid(nursery._pid, 0)[1] == 0
