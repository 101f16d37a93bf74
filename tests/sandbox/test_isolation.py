"""The layers: each is there, each is attempted, and the sandbox outlives what happens to its parts."""

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compare.sandbox import kernel, results, run, start, wire
from compare.sandbox.calls import Answer, Exercise, Limits, Results, SourceFailure, Vector
from compare.sandbox.proof import lacking, prove
from compare.sandbox.run import Sandbox
from compare.sandbox.worker import Deadline
from compare.sandbox.zygote import Fork, Reaped

KIT = Path(__file__).parents[2]
ONE = (Exercise("f", ("x",), 1, ((Vector(array("d", [1.0])),),)),)
RIGHT = b"def f(x):\n    return x.sum()\n"
PATIENT = Limits(seconds=60.0)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as one:
        yield one


def needs_layers(sandbox: Sandbox) -> None:
    missing = [layer.name for layer in sandbox.layers if not layer.holds]
    if missing:
        pytest.skip(f"this machine lacks {missing}")


def test_every_forbidden_act_is_refused(sandbox):
    needs_layers(sandbox)
    acts = prove(sandbox)
    assert len(acts) >= 20
    assert [act for act in acts if not act.refused] == []
    assert lacking(sandbox) == ()


def test_a_layer_that_is_missing_is_named(sandbox):
    missing = sandbox.layers[0]._replace(holds=False)
    sandbox._layers = (missing, *sandbox.layers[1:])
    assert lacking(sandbox)[0] == missing


ORDINARY = """
import json, os
from compare.sandbox.run import Sandbox
from compare.sandbox.proof import lacking
with Sandbox() as sandbox:
    print(json.dumps([os.geteuid(), [each.name for each in lacking(sandbox)]]))
"""


@linux
@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become another user")
def test_it_holds_for_an_ordinary_user_too():
    # Reading stays allowed, as this checkout and its interpreter may lie in a folder that only root may enter.
    user = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all,+dac_read_search"]
    command = ["setpriv", *user, "--ambient-caps=-all,+dac_read_search", sys.executable, "-c", ORDINARY]
    done = subprocess.run(command, cwd=KIT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [65534, []]


@pytest.mark.parametrize(
    ("reason", "detail", "notes", "refused"),
    [
        ("error", "RuntimeError: can't start new thread", (), True),
        ("unset", "PermissionError: no", ("reads:SECRET:3",), True),
        ("out-of-memory", "OSError: [Errno 12]", (), True),
        ("error", "NameError: name 'os' is not defined", (), False),
        ("unset", "ImportError: no", ("unset:os",), False),
        (None, "", (), False),
        ("missing", "", (), False),
    ],
)
def test_an_act_that_was_not_even_tried_is_not_refused(monkeypatch, sandbox, reason, detail, notes, refused):
    def answers(_source: bytes, exercises: tuple[Exercise, ...]) -> tuple[Answer, ...]:
        nothing = Results((), array("d"))
        return tuple(Answer(each.name, reason, detail, None, 0, nothing, notes) for each in exercises)

    monkeypatch.setattr(sandbox, "run", answers)
    assert {act.refused for act in prove(sandbox)} == {refused}


def test_an_interpreter_that_was_killed_is_replaced(sandbox):
    assert sandbox.layers
    os.kill(sandbox._pid, signal.SIGKILL)
    assert sandbox.run(RIGHT, ONE, PATIENT)[0].reason is None


@linux
def test_an_answer_that_the_system_kills_is_told_from_one_that_asks_for_too_much(sandbox):
    """The kernel kills whom it likes when memory runs out: here the test does, in its place."""
    assert sandbox.layers
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(sandbox.run, b"def f(x):\n    while True: pass", ONE, Limits(seconds=60.0))
        student = waited(lambda: Path(f"/proc/{sandbox._pid}/task/{sandbox._pid}/children").read_text().split())
        time.sleep(0.2)
        os.kill(int(student[0]), signal.SIGKILL)
        found = running.result()
    assert not isinstance(found, SourceFailure)
    assert [answer.reason for answer in found] == ["killed"]
    greedy = sandbox.run(b"def f(x): return len(bytearray(1 << 40))", ONE, PATIENT)
    assert [answer.reason for answer in greedy] == ["out-of-memory"]


@linux
def test_an_interpreter_that_is_killed_twice_is_the_systems_doing(sandbox, monkeypatch):
    def killed(*_: object) -> None:
        raise run._Lost("it ended unexpectedly")

    monkeypatch.setattr(sandbox, "_run", killed)
    assert sandbox.run(RIGHT, ONE, PATIENT) == SourceFailure("killed", "", None)


def test_an_interrupted_exchange_leaves_the_next_one_clean(sandbox, monkeypatch):
    def interrupt(_size: int) -> bytes:
        raise KeyboardInterrupt

    assert sandbox.run(RIGHT, ONE, PATIENT)[0].reason is None
    monkeypatch.setattr(sandbox, "_receive", interrupt)
    with pytest.raises(KeyboardInterrupt):
        sandbox.run(RIGHT, ONE, PATIENT)
    monkeypatch.undo()
    assert sandbox.run(RIGHT, ONE, PATIENT)[0].reason is None


HANGING = """
import sys
from compare.sandbox.run import Sandbox
from compare.sandbox.calls import Exercise, Limits
sandbox = Sandbox()
sandbox.layers
print(sandbox._pid, flush=True)
sandbox.run(b"import time\\ntime.sleep(3600)", (Exercise("f", (), 1, ((),)),), Limits(seconds=3600))
"""


@linux
def test_nothing_survives_a_judge_that_is_killed():
    judge = subprocess.Popen([sys.executable, "-c", HANGING], cwd=KIT, stdout=subprocess.PIPE, text=True)
    assert judge.stdout is not None
    zygote = int(judge.stdout.readline())
    student = waited(lambda: Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split())
    judge.kill()
    judge.communicate()
    assert waited(lambda: not any(alive(int(pid)) for pid in (zygote, *student)))


def waited(condition):
    """What `condition` gives as soon as it gives something; at most a minute."""
    for _ in range(6000):
        if found := condition():
            return found
        time.sleep(0.01)
    raise AssertionError("nothing in a minute")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("feature", ["pidfd_open", "memfd_create"])
def test_the_judge_works_where_the_kernel_lacks(feature, monkeypatch):
    monkeypatch.delattr(os, feature, raising=False)
    with wire.closing(wire.sealed(b"source")) as file:
        assert wire.whole(file) == b"source"
    assert watched(lambda: time.sleep(3600), seconds=0.05)[:2] == (signal.SIGKILL, True)
    assert watched(lambda: None, seconds=60.0)[:2] == (0, False)


@linux
def test_what_computes_is_stopped_by_its_processor_time_and_what_sleeps_by_the_clock():
    def compute():
        while True:
            pass

    computing = watched(compute, seconds=0.05, patience=600.0)
    assert (computing[:2], computing.cpu >= 0.05) == ((signal.SIGKILL, True), True)
    sleeping = watched(lambda: time.sleep(3600), seconds=0.05, patience=0.2)
    assert (sleeping[:2], sleeping.cpu < 0.05, sleeping.wall >= 0.2) == ((signal.SIGKILL, True), True, True)


def watched(work, seconds: float, patience: float = 0.0) -> Reaped:
    """Fork, work, and watch; as the zygote does."""
    judge, zygote = socket.socketpair()
    with judge, zygote:
        progress = (results.LOADING, 0, time.monotonic_ns(), 0, 0, 0, 0)
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            work()
            os._exit(0)
        deadline = Deadline(progress, seconds, time.monotonic() + patience, 1)
        return Fork(pid, zygote.fileno()).end(deadline)


BARE = """
import os, sys
root, numpy = sys.argv[1:]
sys.path.insert(0, root)
for name in ("pidfd_open", "memfd_create"):
    if hasattr(os, name):
        delattr(os, name)
from compare.sandbox import kernel
kernel.MACHINE = ""
from compare.sandbox import jail, start
jail._open_to_all = lambda _: True  # the answers here import nothing
start.main(root, numpy)
"""


def test_without_any_layer_answers_are_judged_and_every_layer_is_named(monkeypatch):
    monkeypatch.setattr(start, "_START", BARE)
    two = (Exercise("f", (), 1, ((),)), Exercise("g", (), 1, ((),)))
    with Sandbox() as bare:
        found = bare.run(b"def f():\n    while True: pass\ndef g():\n    return 1", two, Limits(0.5, patience=200.0))
        missing = [each.name for each in lacking(bare)]
    assert [each.reason for each in found] == ["timed-out", None]
    assert {"files", "system-calls", "privileges", "memory", "orphans", "supervision", "sealed-memory"} <= {*missing}
    assert {"start-thread", "signal-parent", "internet"} & {*missing}


def decision(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter for `machine` returns: an interpreter of the five instructions that it uses."""
    architecture = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine] if architecture is None else architecture
    data = struct.pack("=IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    program, at, loaded = list(struct.iter_unpack("=HBBI", kernel.program(machine))), 0, 0
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            (loaded,) = struct.unpack_from("=I", data, operand)
        else:
            holds = {0x15: loaded == operand, 0x35: loaded >= operand, 0x45: loaded & operand != 0}[code]
            at += if_true if holds else if_false


ALLOW, DENY, KILL = 0x7FFF0000, 0x00050001, 0x80000000
NUMBERS = {"x86_64": 0, "aarch64": 1}


@pytest.mark.parametrize("machine", NUMBERS)
def test_the_filter_allows_what_is_listed_and_nothing_else(machine):
    listed = {numbers[NUMBERS[machine]] for numbers in kernel.CALLS.values()} - {None}
    special = {"x86_64": {2, 72, 257}, "aarch64": {25, 56}}[machine]
    for number in {*range(600), 2**31, 2**32 - 1} - special:
        assert decision(machine, number) == (ALLOW if number in listed else DENY)


@pytest.mark.parametrize(("machine", "number"), [("x86_64", 257), ("aarch64", 56)])
def test_the_filter_opens_for_reading_only(machine, number):
    assert decision(machine, number, 0, 0, os.O_RDONLY | os.O_CLOEXEC) == ALLOW
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_RDWR | os.O_CLOEXEC):
        assert decision(machine, number, 0, 0, flags) == DENY


@pytest.mark.parametrize(("machine", "number"), [("x86_64", 72), ("aarch64", 25)])
def test_the_filter_lets_descriptors_be_asked_but_not_sealed_or_owned(machine, number):
    allowed = [command for command in range(2048) if decision(machine, number, 0, command) == ALLOW]
    assert allowed == [1, 2, 3]


@pytest.mark.parametrize("machine", NUMBERS)
def test_another_machines_calls_are_fatal(machine):
    assert decision(machine, 0, architecture=0x40000003) == KILL
    assert decision(machine, 0x40000000) == DENY  # x32's numbers
