"""Grading on a Dask cluster: a real scheduler and two workers on this machine, one of which is killed midway."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from compare.__main__ import main
from compare.grading import ledger
from compare.grading.ledger import Ledger
from compare.grading.terms import Graded
from tests import right_answers
from tests.commands.test_grade import reports

distributed = pytest.importorskip("distributed")

COUNT = 40


@contextmanager
def dask(role: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "distributed.cli.dask_" + role, "--no-dashboard", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def cluster(place: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The scheduler's address, and one of its two workers."""
    file = place / "scheduler.json"
    worker = ("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny")
    with dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)) as scheduler:
        while not file.exists() or not file.stat().st_size:  # it is there before what is in it
            assert scheduler.poll() is None
            time.sleep(0.02)
        with dask(*worker), dask(*worker) as doomed:
            address = json.loads(file.read_text())["address"]
            with distributed.Client(address) as client:
                client.wait_for_workers(2)
            yield address, doomed


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "course.toml").write_text("[exercises]\nmse = 1\n")
    (tmp_path / "class").mkdir()
    right = Path(right_answers.__file__).read_text()
    for number in range(COUNT):
        (tmp_path / "class" / f"student{number}.py").write_text(f"{right}# {number}\n")
    return tmp_path


def grade(place: Path, out: str, *options: str) -> int:
    course = ["--course", str(place / "course.toml"), "--lang", "en"]
    chance = ["--chance", "1"]  # the same inputs in both gradings
    return main(["grade", str(place / "class"), "--out", str(place / out), *course, *chance, *options])


def test_a_worker_that_is_killed_midway_costs_no_finding_and_no_byte(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert grade(place, "here") == 0
    put, kept = Ledger.put, list[str]()
    with cluster(place) as (address, doomed):

        def put_and_kill(ledger: Ledger, key: str, graded: Graded) -> None:
            put(ledger, key, graded)
            kept.append(key)
            if len(kept) == 5:
                doomed.send_signal(signal.SIGKILL)

        monkeypatch.setattr(ledger.Ledger, "put", put_and_kill)
        assert grade(place, "there", "--dask", address) == 0
        assert doomed.wait() == -signal.SIGKILL
    assert len(kept) == len(set(kept)) == COUNT
    assert reports(place / "there") == reports(place / "here")


def test_a_scheduler_that_does_not_answer_is_a_fault_of_the_grader(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("compare.grading.executors.PATIENCE", "1s")
    assert grade(place, "out", "--dask", "tcp://127.0.0.1:9") == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err
