"""What a process with the tests in it is asked to do: to say what each test executes, or to try a mutant."""

import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import hypothesis
import hypothesis.strategies
import pytest
from mutants_patched import Live, Unfit
from mutants_server import Progress, in_fork

KILLED, SURVIVED, TIMED_OUT, UNFIT = "killed", "survived", "timed out", "unfit"
STATUSES = {0: SURVIVED, 3: UNFIT, None: TIMED_OUT}  # of a fork; any other is a failure of a test, or a crash
MEASURING = 120.0  # seconds that a sound test may take
OPTIONS = ("-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider")


class Measured(NamedTuple):
    """How long a test took, by the clock and of a processor, whether it passed, and to which places it came."""

    seconds: float
    work: float
    passed: bool
    places: int


class Trial(NamedTuple):
    """A mutant, and the tests to be run one after the other, each with the seconds that it may take."""

    file: Path
    old: str
    new: str
    tests: tuple[tuple[str, float], ...]


class Outcome(NamedTuple):
    fate: str
    test: str  # the one that ended it
    seconds: float


class Session:
    """A pytest plugin that collects the tests, and then does what it is asked through `pipe`."""

    def __init__(self, folder: Path, pipe: Connection) -> None:
        self.folder, self.pipe = folder, pipe
        self.failed = False
        self.broken: list[str] = []
        self.items: dict[str, pytest.Item] = {}
        self.progress = Progress()

    def pytest_sessionstart(self) -> None:
        _fail_fast()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.live = Live(self.folder)
        _warm_up()
        gc.collect()
        gc.freeze()  # a fork that collects garbage leaves alone what is not its own
        self.pipe.send((list(self.items), self.broken, noted()))
        while True:
            job = self.pipe.recv()
            if isinstance(job, Trial):
                self.pipe.send(self.tried(job))
            elif in_fork(lambda tests=job: self._measure(tests), self.progress) != 0:
                self.pipe.send([])

    def _measure(self, tests: Sequence[str]) -> int:
        """In a fork, with nothing in any cache: tell what each of the tests does."""
        self.live.forget()
        self.pipe.send([self._measured(test) for test in tests])
        return 0

    def _measured(self, test: str) -> Measured:
        notes = getattr(sys, "mutant_notes", bytearray())
        notes[:] = bytes(len(notes))
        self.failed, started, work = False, time.monotonic(), _work()
        failed = run(self, self.items, [(test, MEASURING)])
        return Measured(time.monotonic() - started, _work() - work, not failed, noted())

    def tried(self, trial: Trial) -> Outcome:
        return _outcome(trial, self.folder, lambda: self._patched(trial), self.progress)

    def _patched(self, trial: Trial) -> int:
        try:
            self.live.patch(trial.file, trial.old, trial.new)
        except Unfit:
            return 3
        return run(self, self.items, trial.tests)


class Fresh:
    """A pytest plugin that collects the tests of one trial, and runs them."""

    def __init__(self, trial: Trial, progress: Progress) -> None:
        self.trial, self.progress = trial, progress
        self.failed = False
        self.status = 1

    def pytest_sessionstart(self) -> None:
        _fail_fast()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        self.status = session.testsfailed or run(self, items, self.trial.tests)
        return True


def serve_collected(files: Sequence[str], folder: Path, pipe: Connection) -> None:
    """With the checkout imported."""
    pytest.main([*_options(folder), "--continue-on-collection-errors", *files], plugins=[Session(folder, pipe)])


def serve_fresh(folder: Path, pipe: Connection) -> None:
    """With nothing but the libraries imported."""
    progress = Progress()
    while True:
        trial = pipe.recv()
        pipe.send(_outcome(trial, folder, partial(_fresh, trial, folder, progress), progress))


def run(plugin: Session | Fresh, items: dict[str, pytest.Item], tests: Sequence[tuple[str, float]]) -> int:
    """Run the tests until one fails. Is there one that fails?"""
    known = [(number, items[test], limit) for number, (test, limit) in enumerate(tests) if test in items]
    followers = [item for _, item, _ in known[1:]]
    for (number, item, limit), following in zip(known, [*followers, None], strict=True):
        plugin.progress.tell(number, limit)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if plugin.failed:
            break
    return int(plugin.failed)


def _work() -> float:
    """The seconds that this process and those that it has waited for have had of a processor."""
    return sum(os.times()[:4])


def noted() -> int:
    """The places to which any process came, one bit each."""
    notes = bytes(getattr(sys, "mutant_notes", b""))
    return int("0" + "".join("01"[note] for note in reversed(notes)), 2)


def _fresh(trial: Trial, folder: Path, progress: Progress) -> int:
    plugin = Fresh(trial, progress)
    progress.tell(0, MEASURING)
    files = dict.fromkeys(test.partition("::")[0] for test, _ in trial.tests)
    pytest.main([*_options(folder), *files], plugins=[plugin])
    return plugin.status


def _outcome(trial: Trial, folder: Path, work: Callable[[], int], progress: Progress) -> Outcome:
    """What becomes of the mutant, which is in its file meanwhile, for processes that a test starts."""
    started = time.monotonic()
    (folder / trial.file).write_text(trial.new, encoding="utf-8")
    status = in_fork(work, progress)
    (folder / trial.file).write_text(trial.old, encoding="utf-8")
    test = trial.tests[progress.number][0] if trial.tests else ""
    return Outcome(STATUSES.get(status, KILLED), test, time.monotonic() - started)


def _options(folder: Path) -> list[str]:
    return [*OPTIONS, f"--basetemp={folder}.tmp", f"--rootdir={folder}"]


def _fail_fast() -> None:
    """A failure is enough; nobody reads the smallest example. It comes after conftest.py, before the tests."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    settings = hypothesis.settings(hypothesis.settings(), phases=phases, report_multiple_bugs=False, database=None)
    hypothesis.settings.register_profile("mutants", settings)
    hypothesis.settings.load_profile("mutants")


def _warm_up() -> None:
    """What the first test of hypothesis's would do."""

    @hypothesis.given(hypothesis.strategies.integers())
    def trivial(number: int) -> None:
        assert isinstance(number, int)

    trivial()
